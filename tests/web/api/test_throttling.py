"""A6: who calls too often waits; who rotates a made-up address does not get around it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.cache import cache

from tests.factories.accounts import make_user
from tests.web.api.conftest import Program, is_problem
from web.api.throttling import FixedWindow

ProgramOf = Callable[..., Program]


@pytest.fixture(autouse=True)
def tight(monkeypatch: pytest.MonkeyPatch) -> None:
    """Three an hour, so that no window ends within a test."""
    monkeypatch.setattr(FixedWindow, "THROTTLE_RATES", {"person": "3/hour", "visitor": "3/hour", "sign_in": "2/hour"})


@pytest.mark.django_db
def test_the_fourth_call_of_a_person_waits_and_the_next_person_does_not(program: ProgramOf) -> None:
    alice, bob = program(make_user(name="Alice")), program(make_user(name="Bob"))
    assert [alice.ask("me/").status_code for _ in range(3)] == [200, 200, 200]
    answer = alice.ask("me/")
    is_problem(answer, 429, "throttled")
    assert 0 < int(answer.headers["Retry-After"]) <= 3600
    assert bob.ask("me/").status_code == 200


@pytest.mark.django_db
def test_a_forged_address_is_no_new_visitor(program: ProgramOf) -> None:
    visitor = program()
    for number in range(3):
        visitor.get("/api/v1/campaigns/", headers={"X-Forwarded-For": f"6.6.6.{number}"})
    answer = visitor.get("/api/v1/campaigns/", headers={"X-Forwarded-For": "6.6.6.9"})
    is_problem(answer, 429, "throttled")


@pytest.mark.django_db
def test_signing_in_is_counted_more_tightly(program: ProgramOf) -> None:
    visitor = program()
    body = {"phone": "13811112222", "password": "guess"}
    for _ in range(2):
        is_problem(visitor.tell("auth/login/", body), 400, "wrong_password")
    is_problem(visitor.tell("auth/login/", body), 429, "throttled")


@pytest.mark.django_db
def test_without_the_cache_people_still_shop(program: ProgramOf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Promise 14: rate limits of browsing fail open."""

    def unreachable(*_args: Any, **_options: Any) -> None:
        raise ConnectionError

    monkeypatch.setattr(cache, "incr", unreachable)
    assert [program().ask("campaigns/").status_code for _ in range(5)] == [200] * 5
