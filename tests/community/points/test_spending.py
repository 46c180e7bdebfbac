"""H6: points pay a part of the goods, are taken with the order and return with it."""

import datetime as dt

import pytest

from accounts.models import User
from campaigns.models import Campaign
from campaigns.services.joining import quote
from campaigns.services.leaving import withdraw
from campaigns.services.settling import settle
from common import events
from community.errors import NotEnoughPoints
from community.models import PointsEntry
from orders.models import Order
from orders.quotes import Quote
from orders.services.after_sales import refund_lines
from orders.services.ending import cancel_unpaid, expire_due
from payments.selectors.ledger import money_of
from tests.community.points.reading import owed_fen, points_of
from tests.factories.accounts import make_user, owner_of
from tests.factories.campaigns import choice_of, fill, lines_of, make_open, pay
from tests.factories.members import USE_POINTS, give_points, join_with_points, take_points
from tests.factories.orders import fetch

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway", "nothing_broken")]
DAY = dt.timedelta(days=1)


@pytest.fixture
def alice(now: dt.datetime) -> User:
    """She has 5,000 points."""
    alice = make_user()
    give_points(alice, 5000, now=now)
    return alice


def ask(buyer: User, campaign: Campaign, choices: dict[str, str], *, now: dt.datetime) -> Quote:
    """Two boxes of ¥29.90."""
    lines, choice = lines_of(campaign, 2), choice_of(campaign)
    return quote(buyer=buyer, code=campaign.code, lines=lines, fulfilment=choice, choices=choices, now=now)


def test_points_pay_a_fifth_of_the_goods_where_she_chose_to(alice: User, now: dt.datetime) -> None:
    """H6: of ¥59.80 points pay ¥11.96; without her word they are an offer."""
    campaign = make_open(now=now)
    offered = ask(alice, campaign, {}, now=now)
    assert offered.payable_fen == 5980
    assert [(offer.rule, offer.saves_fen, offer.applied) for offer in offered.offers] == [("points", 1196, False)]
    used = ask(alice, campaign, USE_POINTS, now=now)
    assert used.payable_fen == 4784
    assert [(line.code, line.amount_fen, line.funder, line.detail) for line in used.price_lines[2:3]] == [
        ("points", -1196, "platform", {"points": 1196})
    ]
    assert points_of(alice) == (5000, 0, 0)


def test_few_points_pay_what_they_are_worth(now: dt.datetime) -> None:
    """H6: 100 points are ¥1; of somebody without points nothing is said."""
    campaign, bob, carol = make_open(now=now), make_user(name="Bob"), make_user(name="Carol")
    give_points(bob, 100, now=now)
    assert ask(bob, campaign, USE_POINTS, now=now).payable_fen == 5880
    assert ask(carol, campaign, USE_POINTS, now=now).offers == ()


def test_they_are_taken_with_the_order_and_return_when_nobody_pays(alice: User, now: dt.datetime) -> None:
    """H6: expired or cancelled, every point is back, once."""
    campaign = make_open(now=now)
    order = join_with_points(alice, campaign, 2, now=now)
    assert order.payable_fen == 4784
    assert points_of(alice) == (3804, 0, 0)
    assert owed_fen() == 3804
    assert expire_due(now=now + DAY / 2) == 1
    assert points_of(alice) == (5000, 0, 0)
    again = join_with_points(alice, campaign, 2, now=now + DAY / 2)
    cancel_unpaid(order=again, actor_id=alice.pk, now=now + DAY / 2)
    assert points_of(alice) == (5000, 0, 0)
    assert owed_fen() == 5000


def test_they_return_to_somebody_who_leaves(alice: User, now: dt.datetime) -> None:
    """H6, rule 8: her ¥47.84 and her 1,196 points; the platform's part returns to the platform."""
    order = join_with_points(alice, make_open(now=now), 2, now=now)
    pay(order, at=now)
    assert money_of("order", [order.number]).subsidised_fen == 1196
    withdraw(buyer=alice, order=order, now=now)
    events.drain(now=now)
    assert points_of(alice) == (5000, 0, 0)
    assert money_of("order", [order.number]).subsidised_fen == 0
    assert PointsEntry.objects.filter(kind="returned").count() == 1


def test_of_goods_that_go_back_in_part_points_return_in_part(alice: User, now: dt.datetime) -> None:
    """H6: half of what she paid, half of her points; then the rest."""
    campaign = make_open(now=now)
    order = join_with_points(alice, campaign, 2, now=now)
    pay(order, at=now)
    fill(campaign, 1, now=now)
    settle(campaign_id=campaign.pk, now=now + DAY)
    fetch(Order.objects.get(pk=order.pk), now=now + DAY)
    for points, fen in ((3804 + 598, 2392), (5000, 2392)):
        line = order.lines.get()
        actor_id = owner_of(order.merchant).pk
        refund_lines(
            merchant=order.merchant,
            number=order.number,
            by_line={line.pk: fen},
            reason="坏了",
            actor_id=actor_id,
            now=now + DAY,
        )
        events.drain(now=now + DAY)
        assert points_of(alice)[0] == points
    assert money_of("order", [order.number]).subsidised_fen == 0


def test_points_spent_meanwhile_refuse_the_order_and_change_nothing(alice: User, now: dt.datetime) -> None:
    """H6: the price was shown with 1,196 points; she has 1,000 left."""
    campaign = make_open(now=now)
    shown = ask(alice, campaign, USE_POINTS, now=now)
    take_points(alice, 4000, now=now)
    with pytest.raises(NotEnoughPoints):
        join_with_points(alice, campaign, 2, token=shown.token, now=now)
    assert not Order.objects.exists()
    assert points_of(alice) == (1000, 0, 0)
