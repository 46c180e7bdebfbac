"""H6: points for buying: promised when paid, theirs when the purchase is final, gone with what goes back."""

import datetime as dt

import pytest

from accounts.models import User
from campaigns.services.leaving import withdraw
from common import events
from community.models import PointsEntry
from community.services.points.purchases import follow_purchase
from orders.models import Order
from orders.services.after_sales import refund_lines
from orders.services.completing import complete_due
from tests.community.points.reading import owed_fen, points_of
from tests.factories.accounts import make_user, owner_of
from tests.factories.campaigns import join_and_pay, make_open
from tests.factories.members import give_points, make_standing, take_points
from tests.factories.orders import fetch, make_prepared, make_received

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway", "nothing_broken")]
DAY = dt.timedelta(days=1)


def make_completed(buyer: User, *, now: dt.datetime) -> Order:
    """¥59.80 of apples, and the window is over."""
    order = make_received(buyer, now=now - 2 * DAY)
    complete_due(now=now)
    events.drain(now=now)
    order.refresh_from_db()
    return order


def give_back(order: Order, fen: int, *, now: dt.datetime) -> None:
    """The merchant gives so much of the first line back."""
    line = order.lines.order_by("pk")[0]
    actor_id = owner_of(order.merchant).pk
    refund_lines(
        merchant=order.merchant, number=order.number, by_line={line.pk: fen}, reason="坏了", actor_id=actor_id, now=now
    )
    events.drain(now=now)


def test_points_are_promised_when_paid_and_given_when_final(now: dt.datetime) -> None:
    """H6: ¥59.80 are 59 points: Alice sees them at once, and spends them once nobody can take the apples back."""
    alice = make_user()
    order = make_prepared(alice, now=now - 2 * DAY)
    events.drain(now=now - 2 * DAY)
    assert points_of(alice) == (0, 59, 0)
    assert owed_fen() == 0
    fetch(order, now=now - 2 * DAY)
    events.drain(now=now - DAY)
    assert points_of(alice) == (0, 59, 0)
    complete_due(now=now)
    events.drain(now=now)
    assert points_of(alice) == (59, 0, 0)
    entry = PointsEntry.objects.get(user=alice)
    assert (entry.kind, entry.source, entry.subject) == ("purchase", order.number, order.number)
    assert entry.expires_at == now + 365 * DAY


def test_leaving_takes_the_promise_back(now: dt.datetime) -> None:
    """H6: what was not bought earns nothing."""
    alice = make_user()
    order = join_and_pay(alice, make_open(now=now), 2, now=now)
    events.drain(now=now)
    assert points_of(alice) == (0, 59, 0)
    withdraw(buyer=alice, order=order, now=now)
    events.drain(now=now)
    assert points_of(alice) == (0, 0, 0)
    assert PointsEntry.objects.get(user=alice).status == "void"


def test_what_goes_back_before_the_end_lowers_the_promise(now: dt.datetime) -> None:
    """H6: per yuan net of refunds: ¥59.80 less ¥15.00 are 44."""
    alice = make_user()
    order = make_received(alice, now=now)
    give_back(order, 1500, now=now)
    assert points_of(alice) == (0, 44, 0)
    complete_due(now=now + 2 * DAY)
    events.drain(now=now + 2 * DAY)
    assert points_of(alice) == (44, 0, 0)
    assert owed_fen() == 44


def test_what_goes_back_after_the_end_is_clawed_back_and_may_leave_a_debt(now: dt.datetime) -> None:
    """H6: a claw-back above the balance is debt, taken from the next earnings."""
    alice = make_user()
    order = make_completed(alice, now=now)
    take_points(alice, 50, now=now)
    give_back(order, 2980, now=now)
    assert points_of(alice) == (0, 0, 20)
    assert owed_fen() == 0
    give_points(alice, 30, now=now)
    assert points_of(alice) == (10, 0, 0)
    assert owed_fen() == 10


def test_told_five_times_and_out_of_turn_it_comes_to_the_same(now: dt.datetime) -> None:
    """H6: events may come again, late, and in any order."""
    alice = make_user()
    order = make_completed(alice, now=now)
    for _again in range(5):
        follow_purchase(order_id=order.pk, now=now)
    assert points_of(alice) == (59, 0, 0)
    bob = make_user(name="Bob")
    late = make_received(bob, now=now - 2 * DAY)
    complete_due(now=now)
    follow_purchase(order_id=late.pk, now=now)  # completed before anybody told that it was paid
    assert points_of(bob) == (59, 0, 0)
    events.drain(now=now)
    assert points_of(bob) == (59, 0, 0)


def test_a_gold_member_earns_a_quarter_more_by_the_tier_of_that_day(now: dt.datetime) -> None:
    """B8, H6: 59 × 1.25 = 73.75, 74 points; what goes back counts at the same rate, whatever her tier is by then."""
    alice = make_user()
    standing = make_standing(alice, "gold", now=now)
    order = make_received(alice, now=now)
    events.drain(now=now)
    assert points_of(alice) == (0, 74, 0)
    standing.delete()
    give_back(order, 980, now=now)
    assert points_of(alice) == (0, 63, 0)  # 50 × 1.25 = 62.5
