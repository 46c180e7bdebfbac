"""Refunds that meet: a merchant pressing many times, and a merchant against the settlement. What goes back is never
more than was captured. Each race has its counter-test: the guard taken away, and the harm really happens."""

import datetime as dt
import random
import time
from collections import Counter
from contextlib import suppress
from typing import Any

import pytest
from django.db import connection

from campaigns.models import Campaign
from campaigns.services import settlement_batches
from campaigns.services.settling import settle
from orders.errors import MoreThanLeft, NotRefundable
from orders.models import Order, OrderLine, QuickRefund
from orders.services import after_sales
from orders.services.after_sales import refund_lines
from orders.services.quick_refunds import refund_by_rule
from orders.states import OrderStatus
from payments.models import Payment, Refund
from tests.factories.accounts import make_user, owner_of
from tests.factories.campaigns import fill, join_and_pay
from tests.orders.test_after_sales import received
from tests.parallel import Meeting, at_once
from tests.races.crowd import make_another, make_stall

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("scripted_gateway"),
]
DAY = dt.timedelta(days=1)
NOW = dt.datetime(2090, 5, 20, 4, 0, tzinfo=dt.UTC)


def settled_order(*, skus: int = 1) -> Order:
    """Alice's order that went on: ¥29.90 for a piece of each SKU."""
    campaign = make_stall(skus=skus, now=NOW - DAY)
    order = join_and_pay(make_user(name="Alice"), campaign, *[1] * skus, now=NOW - DAY)
    fill(campaign, 2, now=NOW - DAY)
    settle(campaign_id=campaign.pk, now=NOW)
    order.refresh_from_db()
    assert order.status == OrderStatus.PREPARING
    return order


def give_back(order: Order, fen: int) -> Any:
    """So much of its first line."""
    line = order.lines.order_by("pk")[0]
    actor_id = owner_of(order.merchant).pk
    return refund_lines(
        merchant=order.merchant, number=order.number, by_line={line.pk: fen}, reason="坏了", actor_id=actor_id, now=NOW
    )


def names(outcomes: list[Any]) -> Counter[str]:
    return Counter(type(outcome).__name__ for outcome in outcomes)


@pytest.mark.usefixtures("nothing_broken")
def test_twenty_presses_at_once_give_back_what_there_is() -> None:
    """Refunds, never above what was captured: ¥29.90 holds five times ¥5.00; the others are told what is left."""
    order = settled_order()
    outcomes = at_once(20, lambda _index: give_back(order, 500))
    assert names(outcomes) == {"list": 5, "MoreThanLeft": 15}
    assert {outcome.params["left_fen"] for outcome in outcomes if isinstance(outcome, MoreThanLeft)} == {490}
    assert order.lines.get().refunded_fen == 2500
    assert Payment.objects.get(subject_number=order.number).refund_fen == 2500


@pytest.mark.counter_test
def test_without_the_lock_a_line_would_pay_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test: two who looked at the same moment, and no CHECK behind them, take one line's money out of the
    other line's."""
    order, meeting = settled_order(skus=2), Meeting()
    monkeypatch.setattr(after_sales, "lock_with_payments", lambda pk: Order.objects.get(pk=pk))
    monkeypatch.setattr(after_sales, "left_of", meeting.after(after_sales.left_of))
    with unbounded_lines():
        outcomes = at_once(2, lambda _index: give_back(order, 2990))
        line = order.lines.order_by("pk")[0]
        assert (names(outcomes), line.refunded_fen, line.paid_fen) == ({"list": 2}, 5980, 2990)


class unbounded_lines:  # noqa: N801  (reads as a statement)
    """The CHECK of the lines is away for a while."""

    def __enter__(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE orders_orderline DROP CONSTRAINT order_line_refund_bounded")

    def __exit__(self, *_error: object) -> None:
        OrderLine.objects.update(refunded_fen=0)
        with connection.cursor() as cursor:
            cursor.execute(
                "ALTER TABLE orders_orderline ADD CONSTRAINT order_line_refund_bounded CHECK (refunded_fen <= paid_fen)"
            )


@pytest.mark.usefixtures("nothing_broken")
def test_a_refund_of_everything_and_the_difference_meet_in_every_way() -> None:
    """Refunds, between an after-sales refund and a difference refund: five joined, ¥6.00 of Alice's ¥59.80 come back
    by themselves. Her merchant wants all of it back to her at the same moment; in every interleaving she gets the
    difference, and never more than she paid."""
    chance, campaign = random.Random(4), make_stall(now=NOW - DAY)
    for _interleaving in range(8):
        order = join_and_pay(make_user(name="Alice"), campaign, 2, now=campaign.opens_at)
        fill(campaign, 3, now=campaign.opens_at)
        _meet(campaign, order, chance)
        settle(campaign_id=campaign.pk, now=NOW + DAY)
        with suppress(MoreThanLeft):
            give_back(order, 5380)
        line = order.lines.get()
        back = Counter(
            dict(Refund.objects.filter(payment__subject_number=order.number).values_list("kind", "amount_fen"))
        )
        assert back == {"tier_difference": 600, "after_sales": 5380}
        assert (line.paid_fen, line.refunded_fen) == (5980, 5980)
        campaign = make_another(campaign)


def _meet(campaign: Campaign, order: Order, chance: random.Random) -> None:
    """The settlement, and the merchant who tries for everything until the order has gone on."""

    def work(index: int) -> None:
        time.sleep(chance.random() * 0.03)
        if index:
            settle(campaign_id=campaign.pk, now=NOW + DAY)
            return
        for _try in range(10):
            with suppress(NotRefundable, MoreThanLeft):
                give_back(order, 5980)
                raise AssertionError("more than is left was given back")

    assert at_once(2, work) == [None, None]


@pytest.mark.counter_test
def test_without_the_lock_a_line_would_give_everything_and_the_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test: both looked at the same moment, and no CHECK behind them: ¥32.90 of ¥29.90 come back."""
    campaign, meeting = make_stall(skus=2, now=NOW - DAY), Meeting()
    order = join_and_pay(make_user(name="Alice"), campaign, 1, 1, now=campaign.opens_at)
    fill(campaign, 3, now=campaign.opens_at)
    monkeypatch.setattr(after_sales, "lock_with_payments", lambda pk: Order.objects.get(pk=pk))
    monkeypatch.setattr(after_sales, "can_be_refunded", lambda order: True)
    monkeypatch.setattr(after_sales, "left_of", meeting.after(after_sales.left_of))
    price = meeting.after(settlement_batches._set_final_prices)
    monkeypatch.setattr(settlement_batches, "_set_final_prices", price)
    with unbounded_lines():
        at_once(2, lambda index: give_back(order, 2990) if index else settle(campaign_id=campaign.pk, now=NOW))
        line = order.lines.order_by("pk")[0]
        assert (line.refunded_fen, line.paid_fen) == (3290, 2990)


@pytest.mark.usefixtures("nothing_broken")
def test_a_buyer_who_asks_for_several_orders_at_once_gets_what_the_rule_allows(settings: Any) -> None:
    """E3: two automatic refunds in thirty days are two, also when four phones ask at the same moment."""
    settings.AUTO_REFUNDS_PER_BUYER = 2
    alice = make_user(name="Alice")
    orders = [received(alice, now=NOW, prices_fen=(1290, 990, 890)) for _each in range(4)]
    outcomes = at_once(4, lambda index: _ask(orders[index]))
    assert names(outcomes) == {"list": 2, "NotByRule": 2}
    assert QuickRefund.objects.count() == 2


@pytest.mark.counter_test
def test_without_the_buyers_lock_each_order_looks_for_itself(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test."""
    settings.AUTO_REFUNDS_PER_BUYER = 1
    alice = make_user(name="Alice")
    orders = [received(alice, now=NOW, prices_fen=(1290, 990, 890)) for _each in range(2)]
    look = Meeting().after(lambda fen: "")
    monkeypatch.setattr("orders.services.quick_refunds.advisory.lock", lambda name: None)
    monkeypatch.setattr("orders.services.quick_refunds.why_not_so_much", look)
    outcomes = at_once(2, lambda index: _ask(orders[index]))
    assert names(outcomes) == {"list": 2}


def _ask(order: Order) -> Any:
    line = order.lines.get()
    return refund_by_rule(buyer=order.buyer, number=order.number, line_id=line.pk, pieces=1, reason="坏了", now=NOW)
