"""H6: one person's points in many hands at once. Each race has its counter-test: the guard taken away, and the harm
really happens."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest

from accounts.models import User
from campaigns.models import Campaign
from campaigns.services.joining import quote
from common.invariants import check_all
from community.models import CheckIn, PointsAccount, PointsEntry
from community.services.checking_in import check_in
from community.services.points import award, awarding, spending
from community.states import PointsKind
from orders.models import Order
from payments.services import ledger
from tests.community.points.reading import points_of
from tests.factories.accounts import make_merchant, make_user
from tests.factories.campaigns import choice_of, lines_of, make_open
from tests.factories.members import USE_POINTS, give_points, join_with_points
from tests.parallel import Meeting, at_once

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("scripted_gateway"),
]
HANDS = 20


@pytest.fixture
def now() -> dt.datetime:
    return dt.datetime(2090, 5, 20, 4, 0, tzinfo=dt.UTC)


def violated() -> set[str]:
    return {violation.invariant for violation in check_all(include_settled=False)}


def kinds(outcomes: list[Any]) -> Counter[str]:
    return Counter(type(outcome).__name__ for outcome in outcomes)


def one_order_each(alice: User, hands: int, now: dt.datetime) -> list[Any]:
    """Alice buys a box for ¥29.90 in as many campaigns at once, and wants to pay ¥5.98 of each with points.

    In as many campaigns, because within one her own limit lets her orders in one after the other.
    """
    merchant = make_merchant(now=now)
    campaigns = [make_open(merchant, now=now) for _hand in range(hands)]
    tokens = [shown(campaign, alice, now) for campaign in campaigns]
    return at_once(hands, lambda hand: join_with_points(alice, campaigns[hand], now=now, token=tokens[hand]))


def shown(campaign: Campaign, alice: User, now: dt.datetime) -> str:
    """The price of a box, with points, as she saw it."""
    lines, choice = lines_of(campaign), choice_of(campaign)
    return quote(buyer=alice, code=campaign.code, lines=lines, fulfilment=choice, choices=USE_POINTS, now=now).token


@pytest.mark.usefixtures("nothing_broken")
def test_twenty_hands_spend_the_same_points_once(now: dt.datetime) -> None:
    """H6: 598 points pay one order; nineteen are told that they are spent, and have taken nothing."""
    alice = make_user()
    give_points(alice, 598, now=now)
    outcomes = one_order_each(alice, HANDS, now)
    assert kinds(outcomes) == {"Order": 1, "NotEnoughPoints": HANDS - 1}
    assert points_of(alice) == (0, 0, 0)
    assert Order.objects.count() == 1


@pytest.mark.counter_test
def test_without_the_guard_they_would_be_spent_twice(now: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test: look first, take later, and no CHECK behind it."""
    alice = make_user()
    give_points(alice, 598, now=now)
    meeting = Meeting()

    def look_then_take(user_id: int, points: int) -> bool:
        account = PointsAccount.objects.get(pk=user_id)
        meeting.wait()
        PointsAccount.objects.filter(pk=user_id).update(balance=account.balance - points)
        return account.balance >= points

    monkeypatch.setattr(spending, "_take", look_then_take)
    assert kinds(one_order_each(alice, 2, now)) == {"Order": 2}
    assert "points_add_up" in violated()


@pytest.mark.usefixtures("nothing_broken")
def test_two_hands_check_in_once(now: dt.datetime) -> None:
    """H5, H6: one check-in, two points."""
    alice = make_user()
    outcomes = at_once(HANDS, lambda hand: check_in(user=alice, now=now))
    assert {outcome.pk for outcome in outcomes} == set(CheckIn.objects.values_list("pk", flat=True))
    assert points_of(alice) == (2, 0, 0)


@pytest.mark.usefixtures("nothing_broken")
def test_the_same_thing_is_rewarded_once(now: dt.datetime) -> None:
    """H6: twenty workers tell of one review."""
    alice = make_user()

    def tell(_hand: int) -> PointsEntry:
        return award(user_id=alice.pk, kind=PointsKind.REVIEW, amount=20, source="review", now=now)

    assert len({outcome.pk for outcome in at_once(HANDS, tell)}) == 1
    assert points_of(alice) == (20, 0, 0)


@pytest.mark.usefixtures("nothing_broken")
def test_points_are_given_and_spent_at_once(now: dt.datetime) -> None:
    """H6: ten hands give 100 each while one order takes 598."""
    campaign, alice = make_open(now=now), make_user()
    give_points(alice, 598, now=now)
    token = shown(campaign, alice, now)

    def work(hand: int) -> Order | PointsEntry:
        if hand:
            return award(user_id=alice.pk, kind=PointsKind.GIFT, amount=100, source=f"gift {hand}", now=now)
        return join_with_points(alice, campaign, now=now, token=token)

    assert kinds(at_once(11, work)) == {"Order": 1, "PointsEntry": 10}
    assert points_of(alice) == (1000, 0, 0)


@pytest.mark.counter_test
def test_without_the_lock_points_would_be_lost(now: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test: two awards read the same balance, and one of them is forgotten."""
    alice = make_user()
    give_points(alice, 5, now=now)
    ledger.points()
    meeting = Meeting()

    def look(user_id: int) -> PointsAccount:
        account = PointsAccount.objects.get(pk=user_id)
        meeting.wait()
        return account

    monkeypatch.setattr(awarding, "locked", look)
    at_once(2, lambda hand: award(user_id=alice.pk, kind=PointsKind.GIFT, amount=100, source=f"{hand}", now=now))
    assert points_of(alice) == (105, 0, 0)
    assert "points_add_up" in violated()
