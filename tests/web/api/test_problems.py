"""Errors are data: a type, a code for programs, a sentence for people, and the numbers in it."""

import importlib.util
from collections.abc import Callable

import pytest
from django.utils.translation import gettext_lazy
from pytest_django.fixtures import Settings

from common import errors
from tests.factories.accounts import make_user
from tests.factories.campaigns import choice_of, make_open
from tests.web.api.conftest import Program, is_problem
from web.api.problems import answer_exception

ProgramOf = Callable[..., Program]


def test_a_refusal_keeps_its_status_code_sentence_and_numbers() -> None:
    class Full(errors.Conflict):
        code = "full"
        message = gettext_lazy("只剩 %(left)s 件")

    answer = answer_exception(Full(left=2), {})
    assert answer is not None
    assert answer.data == {
        "type": "urn:groupbuy:problem:full",
        "title": "Conflict",
        "status": 409,
        "code": "full",
        "detail": "只剩 2 件",
        "params": {"left": 2},
    }


def test_a_refused_field_is_named_among_the_errors() -> None:
    answer = answer_exception(errors.InvalidField("phone", "核对一下"), {})
    assert answer is not None
    assert answer.data["errors"] == [{"field": "phone", "code": "invalid_field", "detail": "核对一下"}]


def test_what_nobody_anticipated_is_no_problem_but_a_fault() -> None:
    assert answer_exception(ZeroDivisionError(), {}) is None


@pytest.mark.django_db
def test_who_is_not_signed_in_is_told_how(program: ProgramOf) -> None:
    answer = program().ask("me/")
    is_problem(answer, 401, "not_authenticated")
    assert answer.headers["WWW-Authenticate"] == "Token"


@pytest.mark.django_db
@pytest.mark.parametrize("header", ["Token x", "Token gb_" + "a" * 5000, "Token ", "Token ü", "Token a b c"])
def test_a_made_up_token_is_a_401(program: ProgramOf, header: str) -> None:
    answer = program().get("/api/v1/me/", headers={"Authorization": header})
    is_problem(answer, 401, "authentication_failed")


@pytest.mark.django_db
def test_the_sentence_is_in_the_language_of_the_reader(program: ProgramOf) -> None:
    """K3: the code stays, the sentence changes."""
    path = "/api/v1/campaigns/0000000000/"
    chinese = program().get(path, headers={"Accept-Language": "zh-hans"}).json()
    assert (chinese["code"], chinese["detail"]) == ("unknown_campaign", "没有这个团")


@pytest.mark.django_db
def test_a_session_works_too_but_not_without_the_csrf_token() -> None:
    alice = make_user()
    browser = Program()
    browser.handler.enforce_csrf_checks = True
    browser.force_login(alice)
    assert browser.ask("me/").status_code == 200
    campaign = make_open()
    body = {
        "lines": [{"sku": campaign.skus.get().sku.code, "quantity": 1}],
        "pickup_point": choice_of(campaign).pickup_point,
    }
    is_problem(browser.tell(f"campaigns/{campaign.code}/join/", body), 403, "permission_denied")


@pytest.mark.django_db
def test_the_demo_has_a_telephone_and_a_bank(program: ProgramOf) -> None:
    is_problem(program().ask("sandbox/sms/13900001111/"), 404, "not_found")
    is_problem(program().tell("sandbox/payments/P26112200000001/succeed/"), 404, "not_found")
    is_problem(program().tell("sandbox/payments/P26112200000001/steal/"), 404, "not_found")


@pytest.mark.parametrize("demo", [True, False])
def test_outside_the_demo_the_toys_are_not_routed(settings: Settings, demo: bool) -> None:
    settings.DEMO = demo
    found = importlib.util.find_spec("web.api.urls")
    assert found
    assert found.loader
    fresh = importlib.util.module_from_spec(found)
    found.loader.exec_module(fresh)
    routes = [str(route.pattern) for route in fresh.v1]
    assert any("sandbox" in route for route in routes) is demo
