"""F2: completing, paying back and freezing meet at one order."""

import datetime as dt
import random
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from common.invariants import check_all
from orders.models import Order
from orders.models.order import OrderQuerySet
from orders.services import completing, holding
from orders.services.completing import complete_due
from orders.states import OrderStatus
from payments.selectors.ledger import Money, money_of
from tests.campaigns.conftest import NOON
from tests.factories import orders as factory
from tests.factories.accounts import make_operator
from tests.factories.orders import give_back, make_received
from tests.parallel import Meeting, at_once

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.race,
    pytest.mark.usefixtures("scripted_gateway"),
]
LATER = NOON + dt.timedelta(days=2)


def violated() -> set[str]:
    return {violation.invariant for violation in check_all()}


def pay_back(order: Order, amount_fen: int) -> None:
    with transaction.atomic():
        give_back(order, amount_fen, now=LATER)


@pytest.mark.usefixtures("nothing_broken")
def test_two_refunds_and_two_sweeps_meet() -> None:
    """F2, rule 13: whoever is first, in the end ¥39.80 are shared out, ¥20.00 go back, and no fen is made or lost."""
    chance = random.Random(4)
    for _interleaving in range(4):
        order = make_received(now=NOON)

        def work(index: int, order: Order = order) -> Any:
            time.sleep(chance.random() * 0.03)
            return pay_back(order, 1000) if index % 2 else complete_due(now=LATER)

        outcomes = at_once(4, work)
        assert outcomes[1] is outcomes[3] is None
        assert outcomes[0] + outcomes[2] <= 1
        complete_due(now=LATER)
        assert money_of("order", [order.number]) == Money(
            captured_fen=5980, in_flight_fen=2000, merchant_fen=3701, fee_fen=80, commission_fen=199
        )


@pytest.mark.counter_test
def test_without_the_orders_lock_a_refund_would_be_paid_by_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test: the refund looks at a received order, the sweep completes it, and the merchant keeps what
    goes back to Alice."""
    order = make_received(now=NOON)
    meeting = Meeting()

    def look_only(order_id: int) -> Order:
        found = Order.objects.get(pk=order_id)
        meeting.wait()
        meeting_again.wait()
        return found

    meeting_again = Meeting()
    monkeypatch.setattr(factory, "lock_with_payments", look_only)

    def work(index: int) -> Any:
        if index:
            return pay_back(order, 1000)
        meeting.wait()
        done = complete_due(now=LATER)
        meeting_again.wait()
        return done

    assert at_once(2, work) == [1, None]
    assert {"completed_orders_were_due", "money_comes_to_lie_somewhere", "shares_follow_the_rates"} <= violated()


@pytest.mark.usefixtures("nothing_broken")
def test_freezing_and_completing_meet() -> None:
    """F2: the operator is in time and the money stays, or is told that it is too late."""
    chance = random.Random(5)
    oscar = make_operator("risk")
    for _interleaving in range(4):
        order = make_received(now=NOON)

        def work(index: int, order: Order = order) -> Any:
            time.sleep(chance.random() * 0.01)
            if index:
                return holding.freeze(order=order, actor_id=oscar.pk, note="等一等", now=LATER)
            return complete_due(now=LATER)

        done, frozen = at_once(2, work)
        order.refresh_from_db()
        assert (done, order.status) == ((0, OrderStatus.RECEIVED) if frozen is None else (1, OrderStatus.COMPLETED))
        assert (money_of("order", [order.number]).held_fen > 0) is (frozen is None)
        if frozen is None:
            holding.unfreeze(order=order, actor_id=oscar.pk, note="好了", now=LATER)
            complete_due(now=LATER)


@pytest.mark.counter_test
def test_without_the_second_look_frozen_money_would_go_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test: the sweep looked before the operator froze it, and locks a row that did not change."""
    order = make_received(now=NOON)
    oscar = make_operator("risk")
    look = completing._due

    def after_the_freeze(now: dt.datetime) -> OrderQuerySet:
        holding.freeze(order=order, actor_id=oscar.pk, note="等一等", now=LATER)
        return Order.objects.filter(pk=order.pk)

    looks: list[Callable[[dt.datetime], OrderQuerySet]] = [look, after_the_freeze]
    monkeypatch.setattr(completing, "_due", lambda now: (looks.pop(0) if len(looks) > 1 else looks[0])(now))
    assert complete_due(now=LATER) == 1
    assert "held_orders_wait" in violated()
