"""H7: colleagues who tag at the same instant do not get past the limits together."""

import datetime as dt
from typing import Any

import pytest

from community.errors import TooManyTags
from community.models import UserTag
from community.services import tagging
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import join_and_pay, make_open
from tests.parallel import Meeting, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("scripted_gateway")]
NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
COLLEAGUES = 4


def tag_together() -> list[Any]:
    """Four colleagues put four words on Alice, who may have one."""
    alice, merchant = make_user(), make_merchant()
    join_and_pay(alice, make_open(merchant))
    actor = owner_of(merchant).pk

    def put(index: int) -> UserTag:
        return tagging.tag_customer(merchant=merchant, code=alice.code, name=f"词 {index}", actor_id=actor, now=NOW)

    return at_once(COLLEAGUES, put)


def test_the_last_place_for_a_word_is_given_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """H7: one word stands, and three colleagues are told that it is full."""
    monkeypatch.setattr(tagging, "MOST_ON_ONE", 1)
    outcomes = tag_together()
    assert sum(isinstance(outcome, TooManyTags) for outcome in outcomes) == COLLEAGUES - 1
    assert UserTag.objects.count() == 1


@pytest.mark.counter_test
def test_without_the_lock_everybody_would_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test: each looks before any has written."""
    meeting = Meeting(COLLEAGUES)
    monkeypatch.setattr(tagging, "MOST_ON_ONE", 1)
    monkeypatch.setattr(tagging.advisory, "lock", lambda _name: None)
    put = tagging._word

    def wait_and_put(*args: Any, **more: Any) -> Any:
        meeting.wait()
        return put(*args, **more)

    monkeypatch.setattr(tagging, "_word", wait_and_put)
    tag_together()
    assert UserTag.objects.count() == COLLEAGUES
