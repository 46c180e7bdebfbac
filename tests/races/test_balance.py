"""F5: one balance in many hands at once, and refunds that meet on one order. Each race has its counter-test: the lock
taken away, and the harm really happens."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from campaigns.models import Campaign
from common.invariants import check_all
from orders.locks import lock_with_payments
from orders.models import Order
from orders.services.paying import start_payment
from orders.services.refunding import OrderRefund, everything_left, refund_orders
from payments.errors import NotEnoughBalance, PurseTooSmall, RefundTooLarge
from payments.models import Payment, Refund, Withdrawal
from payments.purses import Owner
from payments.selectors.balance import balance_of
from payments.selectors.ledger import standing
from payments.services import balance, ledger, refunding
from payments.services.payouts import request_withdrawal, requesting
from payments.states import Purse, RefundKind
from tests.factories.accounts import make_user
from tests.factories.campaigns import join_as, make_open
from tests.factories.payouts import give_balance, make_payee
from tests.fixtures.gateways import NAME, capture
from tests.parallel import Meeting, at_once

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("scripted_gateway"),
]


def violated() -> set[str]:
    return {violation.invariant for violation in check_all(include_settled=False)}


def two_orders(campaign: Campaign, balance_fen: int) -> list[Order]:
    """Alice's, of ¥29.90 each."""
    alice = make_user(name="Alice")
    give_balance(alice, balance_fen)
    return [join_as(alice, campaign, now=campaign.opens_at) for _order in range(2)]


def names(outcomes: list[Any]) -> list[str]:
    return sorted(type(outcome).__name__ for outcome in outcomes)


@pytest.mark.usefixtures("nothing_broken")
@pytest.mark.parametrize("spent_fen", [2990, 2000])
def test_one_balance_pays_one_of_two_orders(spent_fen: int) -> None:
    """F5: wholly or partly, with two fingers at once: one order gets it, the other is told that it is spent."""
    campaign = make_open()
    for _again in range(4):
        orders = two_orders(campaign, 2990)

        def pay(index: int, orders: list[Order] = orders) -> Payment:
            return start_payment(order=orders[index], gateway=NAME, balance_fen=spent_fen, now=campaign.opens_at)

        assert names(at_once(2, pay)) == ["NotEnoughBalance", "Payment"]
        assert balance_of(orders[0].buyer) == 2990 - spent_fen


@pytest.mark.counter_test
def test_without_the_lock_one_balance_would_pay_both(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test."""
    campaign = make_open()
    orders = two_orders(campaign, 2000)
    ledger.escrow(campaign.merchant_id)  # so that nobody waits for the other to open it
    monkeypatch.setattr(balance, "lock_account", lambda account_id: None)
    monkeypatch.setattr(balance, "standing", Meeting().after(standing))

    def pay(index: int) -> Payment:
        return start_payment(order=orders[index], gateway=NAME, balance_fen=2000, now=campaign.opens_at)

    assert names(at_once(2, pay)) == ["Payment", "Payment"]
    assert balance_of(orders[0].buyer) == -2000
    assert violated() == {"payout_balance_never_negative"}


def spend_or_withdraw(order: Order, payee_code: str, at: dt.datetime) -> Callable[[int], Payment | Withdrawal]:
    """The first hand spends ¥20.00, the second wants ¥20.00 paid out."""

    def work(index: int) -> Payment | Withdrawal:
        if index:
            return start_payment(order=order, gateway=NAME, balance_fen=2000, now=at)
        return request_withdrawal(
            owner=Owner(user=order.buyer),
            purse=Purse.BALANCE,
            payee_code=payee_code,
            amount_fen=2000,
            actor_id=order.buyer_id,
            now=at,
        )

    return work


@pytest.mark.usefixtures("nothing_broken")
def test_a_balance_is_spent_or_withdrawn() -> None:
    """F5: never both."""
    campaign = make_open()
    for _again in range(4):
        order = two_orders(campaign, 2000)[0]
        payee = make_payee(Owner(user=order.buyer))
        outcomes = at_once(2, spend_or_withdraw(order, payee.code, campaign.opens_at))
        refused = [outcome for outcome in outcomes if isinstance(outcome, NotEnoughBalance | PurseTooSmall)]
        assert len(refused) == 1
        assert balance_of(order.buyer) == 0


@pytest.mark.counter_test
def test_without_the_lock_it_would_be_spent_and_withdrawn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test."""
    campaign = make_open()
    order = two_orders(campaign, 2000)[0]
    payee = make_payee(Owner(user=order.buyer))
    look = Meeting().after(standing)
    for hand in (balance, requesting):
        monkeypatch.setattr(hand, "lock_account", lambda account_id: None)
        monkeypatch.setattr(hand, "standing", look)
    outcomes = at_once(2, spend_or_withdraw(order, payee.code, campaign.opens_at))
    assert names(outcomes) == ["Payment", "Withdrawal"]
    assert balance_of(order.buyer) == -2000
    assert "payout_balance_never_negative" in violated()


# Two refunds of one order


@pytest.fixture
def order() -> Order:
    """Two boxes for ¥59.80, ¥12.00 of it by balance."""
    campaign = make_open()
    order = join_as(make_user(name="Alice"), campaign, 2, now=campaign.opens_at)
    give_balance(order.buyer, 1200)
    capture(start_payment(order=order, gateway=NAME, balance_fen=1200, now=order.placed_at), at=order.placed_at)
    return order


def difference_and_after_sales(order: Order, lock: Callable[[int], Order]) -> Callable[[int], list[Refund]]:
    """The first gives back a difference of ¥6.00, the second everything that is left."""
    line_id = order.lines.get().pk

    @transaction.atomic
    def work(index: int) -> list[Refund]:
        locked = lock(order.pk)
        wanted = OrderRefund(locked, RefundKind.TIER_DIFFERENCE, "成团差价", by_line={line_id: 600})
        if index:
            lines = list(locked.lines.all())
            wanted = everything_left(locked, lines, kind=RefundKind.AFTER_SALES, reason="坏了")
        return refund_orders([wanted], now=locked.placed_at)

    return work


@pytest.mark.usefixtures("nothing_broken")
def test_a_difference_and_an_after_sales_refund_meet(order: Order) -> None:
    """Reliability 7: whoever comes first, not a fen too much goes back, and of each payment no more than it took."""
    outcomes = at_once(2, difference_and_after_sales(order, lock_with_payments))
    assert [type(outcome) for outcome in outcomes] in ([list, list], [RefundTooLarge, list])
    given_back = dict(Payment.objects.values_list("gateway", "refund_fen"))
    assert given_back == {NAME: 4780, "balance": 1200}
    assert order.lines.get().refunded_fen == 5980


@pytest.mark.counter_test
def test_without_the_locks_one_of_them_would_fail(monkeypatch: pytest.MonkeyPatch, order: Order) -> None:
    """The counter-test: both want the same ¥6.00 of the gateway's part; only the guard on the payment is left."""
    meeting = Meeting()

    def look_only(order_id: int) -> Order:
        return Order.objects.get(pk=order_id)

    def payments_together(payment_ids: Any) -> dict[int, Payment]:
        found = {payment.pk: payment for payment in Payment.objects.filter(pk__in=set(payment_ids))}
        meeting.wait()
        return found

    monkeypatch.setattr(refunding, "lock_payments", payments_together)
    outcomes = at_once(2, difference_and_after_sales(order, look_only))
    assert names(outcomes) == ["RefundTooLarge", "list"]
    assert order.lines.get().refunded_fen in (600, 5980)
