"""F4: a discount the platform pays for costs the merchant nothing, and returns with the goods that go back."""

import datetime as dt

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from campaigns.services.leaving import withdraw
from campaigns.services.settling import settle
from orders.contributions import RuleAnswer, price_rules
from orders.models import Order, PriceLine
from orders.quotes import QuotedLine
from orders.services.completing import complete_due
from orders.so_far import SoFar
from payments.selectors.ledger import Money, money_of, standing
from payments.services import ledger
from tests.factories.accounts import make_user
from tests.factories.campaigns import fill, join_and_pay, join_as, make_open, make_point
from tests.factories.catalog import make_sku
from tests.factories.orders import fetch, give_back, make_received, make_seller

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("scripted_gateway", "five_yuan_off", "nothing_broken"),
]
DAY = dt.timedelta(days=1)
WINDOW = 2 * DAY


def five_yuan_from_the_platform(so_far: SoFar) -> RuleAnswer:
    """¥5.00 off every item, given by the platform."""
    off = [QuotedLine("platform_gift", -500, item=index, funder="platform") for index in so_far.open_items]
    return RuleAnswer(lines=off)


@pytest.fixture
def five_yuan_off(monkeypatch: pytest.MonkeyPatch, settings: Settings) -> None:
    """A benefit that some app above might bring."""
    monkeypatch.setitem(price_rules._entries, "platform_gift", five_yuan_from_the_platform)
    settings.PRICE_RULES = ["campaign_price", "platform_gift", "freight"]


def books(order: Order) -> Money:
    return money_of("order", [order.number])


def test_the_platform_adds_its_part_when_the_buyer_has_paid(now: dt.datetime) -> None:
    """F4: Alice sees ¥59.80 − ¥5.00 and pays ¥54.80; ¥59.80 are held for the merchant; unpaid, nothing is."""
    campaign = make_open(now=now)
    unpaid = join_as(make_user(name="Bob"), campaign, 2, now=now)
    order = join_and_pay(make_user(name="Alice"), campaign, 2, now=now)
    assert order.payable_fen == 5480
    assert PriceLine.objects.get(order=order, funder="platform").amount_fen == -500
    assert books(order) == Money(captured_fen=5480, subsidised_fen=500, held_fen=5980)
    assert books(unpaid) == Money()
    assert standing(ledger.subsidy()) == 500


def test_it_returns_when_the_order_is_taken_back(now: dt.datetime) -> None:
    """F4, rule 8: Alice leaves; each has their own money back."""
    order = join_and_pay(make_user(name="Alice"), make_open(now=now), 2, now=now)
    withdraw(buyer=order.buyer, order=order, now=now)
    assert books(order) == Money(captured_fen=5480, in_flight_fen=5480)
    assert standing(ledger.subsidy()) == 0


def test_it_returns_when_the_campaign_is_missed(now: dt.datetime) -> None:
    """F4, rule 10."""
    campaign = make_open(now=now)
    order = join_and_pay(make_user(name="Alice"), campaign, 2, now=now)
    settle(campaign_id=campaign.pk, now=now + DAY)
    assert books(order) == Money(captured_fen=5480, in_flight_fen=5480)


def test_a_difference_of_tiers_does_not_touch_it(now: dt.datetime) -> None:
    """Rule 4: the price sinks by ¥3.00 a piece; the platform's ¥5.00 stay."""
    campaign = make_open(now=now)
    order = join_and_pay(make_user(name="Alice"), campaign, 2, now=now)
    fill(campaign, 3, now=now)
    settle(campaign_id=campaign.pk, now=now + DAY)
    assert books(order) == Money(captured_fen=5480, subsidised_fen=500, in_flight_fen=600, held_fen=5380)


def test_the_merchant_is_paid_as_if_there_were_no_discount(now: dt.datetime) -> None:
    """F4: fee and commission too are shares of ¥59.80."""
    order = make_received(now=now)
    complete_due(now=now + WINDOW)
    shares = {"merchant_fen": 5561, "fee_fen": 120, "commission_fen": 299}
    assert books(order) == Money(captured_fen=5480, subsidised_fen=500, **shares)


# What Alice gets back of her ¥54.80, in parts; what of the platform's ¥5.00 stays.
PARTS = [
    ([548], 450),
    ([2740], 250),
    ([1], 500),
    ([5], 500),
    ([6], 499),
    ([2740, 2739], 0),
    ([5479], 0),
    ([5480], 0),
    ([1000, 2000, 2480], 0),
]


@pytest.mark.parametrize("completed", [False, True])
def test_it_returns_as_the_goods_do(completed: bool, now: dt.datetime) -> None:
    """F4: to the nearest fen of what has gone back in all, before the order is completed or after it."""
    order = make_received(now=now)
    for parts, stays in PARTS:
        with transaction.atomic():
            if completed:
                complete_due(now=now + WINDOW)
            for fen in parts:
                give_back(order, fen, now=now + WINDOW)
            complete_due(now=now + WINDOW)
            found = books(order)
            assert (found.subsidised_fen, found.in_flight_fen, found.held_fen) == (stays, sum(parts), 0), parts
            assert found.merchant_fen + found.fee_fen + found.commission_fen == 5480 - sum(parts) + stays, parts
            transaction.set_rollback(True)


def test_each_line_returns_its_own(now: dt.datetime) -> None:
    """F4: apples and pears, ¥5.00 on each; all the apples go back and the pears keep theirs."""
    merchant = make_seller(now=now)
    goods = [make_sku(merchant) for _ in range(2)]
    point = make_point(merchant, leader=make_user(name="Lena"))
    campaign = make_open(merchant, now=now - DAY, skus=goods, points=[point])
    order = join_and_pay(make_user(name="Alice"), campaign, 1, 2, now=now - DAY)
    settle(campaign_id=campaign.pk, now=now)
    order.refresh_from_db()
    fetch(order, now=now)
    complete_due(now=now + WINDOW)
    give_back(order, 2490, now=now + WINDOW)
    assert books(order).subsidised_fen == 500
    assert books(order).merchant_fen == 5561
