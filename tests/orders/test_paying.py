"""D2: placing, paying, expiring, and refunds that never give back a fen too much."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction

from campaigns.services.settling import settle
from common import events
from notifications.models import Message
from orders.errors import CannotCancel, NoSuchOrder, NotPayable
from orders.locks import lock_with_payments
from orders.models import Hold, Order, OrderClaim, OrderLine, RefundLine
from orders.selectors.orders import payments_of, refund_lines_of, refunds_of
from orders.services.ending import cancel_unpaid, expire, expire_due
from orders.services.holding import release_holds
from orders.services.paying import start_payment
from orders.services.refunding import OrderRefund, everything_left, refund_orders
from orders.states import OrderStatus
from payments.errors import AmountMismatch, GatewayUnavailable, PaymentInProgress, RefundTooLarge
from payments.gateways.base import GatewayPayment
from payments.models import LedgerTransaction, Payment, Refund
from payments.services.capturing import confirm
from payments.services.sending import send_due
from payments.states import PaymentStatus, RefundKind
from tests.factories.accounts import make_user
from tests.factories.campaigns import fill, join_and_pay, join_as, make_open, pay
from tests.fixtures.gateways import NAME, ScriptedGateway, capture, pay_at_gateway

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway", "nothing_broken")]
MINUTE = dt.timedelta(minutes=1)
DAY = dt.timedelta(days=1)


@pytest.fixture
def order(now: dt.datetime) -> Order:
    """Alice's order of two boxes, ¥59.80, to be paid within fifteen minutes."""
    return join_as(make_user(name="Alice"), make_open(now=now), 2, now=now)


def test_alice_pays_and_her_order_waits_for_the_others(order: Order, now: dt.datetime) -> None:
    """D2: paid by the gateway's clock, held by its campaign, told once."""
    payment = capture(start_payment(order=order, gateway=NAME, now=now), at=now + MINUTE, now=now + 3 * MINUTE)
    order.refresh_from_db()
    assert (order.status, order.paid_at) == (OrderStatus.PAID, now + MINUTE)
    assert (payment.applied, payment.amount_fen, payment.title) == (True, 5980, "红富士苹果")
    assert Hold.objects.get().released_at is None
    events.drain(now=now)
    assert Message.objects.filter(recipient=order.buyer, kind="order_paid").count() == 1


def test_pressing_pay_twice_opens_one_payment(order: Order, now: dt.datetime) -> None:
    first = start_payment(order=order, gateway=NAME, now=now)
    assert start_payment(order=order, gateway=NAME, now=now + MINUTE) == first
    with pytest.raises(PaymentInProgress):
        start_payment(order=order, gateway="sandbox", now=now + MINUTE)
    assert payments_of(order) == [first]


@pytest.mark.parametrize("state", ["paid", "expired", "cancelled", "too late"])
def test_what_does_not_wait_for_money_takes_none(state: str, order: Order, now: dt.datetime) -> None:
    """D2."""
    if state == "paid":
        pay(order, at=now)
    elif state == "expired":
        expire(order=order, now=now + 15 * MINUTE)
    elif state == "cancelled":
        cancel_unpaid(order=order, actor_id=order.buyer_id, now=now)
    with pytest.raises(NotPayable):
        start_payment(order=order, gateway=NAME, now=order.pay_by if state == "too late" else now)


def test_money_that_comes_twice_goes_back_once(order: Order, now: dt.datetime) -> None:
    """Reliability 8: the bank said no to the first page, the second one paid, and the first came through after all;
    both messages are repeated, days apart."""
    first = start_payment(order=order, gateway=NAME, now=now)
    confirm(payment_id=first.pk, fact=GatewayPayment(PaymentStatus.FAILED), now=now)
    second = start_payment(order=order, gateway=NAME, now=now)
    assert second != first
    for at in (now + MINUTE, now + DAY, now + 2 * DAY):
        for payment, paid_at in ((second, now + MINUTE), (first, now + 2 * MINUTE)):
            capture(payment, at=paid_at, now=at)
    refund = Refund.objects.get()
    assert (refund.payment, refund.kind, refund.amount_fen) == (first, "duplicate", 5980)
    order.refresh_from_db()
    assert (order.status, order.paid_at) == (OrderStatus.PAID, now + MINUTE)
    assert [payment.applied for payment in payments_of(order)] == [False, True]
    assert refunds_of(order) == [refund]
    assert refund_lines_of(order) == []


def test_another_amount_is_never_our_money(order: Order, now: dt.datetime) -> None:
    """Reliability 6: a fen less, and the order stays unpaid and nothing is booked."""
    payment = start_payment(order=order, gateway=NAME, now=now)
    with pytest.raises(AmountMismatch):
        confirm(payment_id=payment.pk, fact=GatewayPayment(PaymentStatus.CAPTURED, 5979, "T1", now), now=now)
    order.refresh_from_db()
    assert order.status == OrderStatus.PENDING_PAYMENT
    assert not LedgerTransaction.objects.exists()


def test_paid_at_the_deadline_is_in_time_and_a_moment_later_is_not(now: dt.datetime) -> None:
    """Rule 7: the gateway's clock decides, not when we hear of it."""
    campaign = make_open(now=now)
    alice, bob = (join_as(make_user(name=name), campaign, now=now) for name in ("Alice", "Bob"))
    payments = [start_payment(order=each, gateway=NAME, now=now) for each in (alice, bob)]
    capture(payments[0], at=alice.pay_by, now=now + DAY)
    capture(payments[1], at=bob.pay_by + dt.timedelta(microseconds=1), now=now + DAY)
    alice.refresh_from_db()
    bob.refresh_from_db()
    assert (alice.status, bob.status) == (OrderStatus.PAID, OrderStatus.PENDING_PAYMENT)
    assert Refund.objects.get().kind == "late"
    assert expire_due(now=now + 15 * MINUTE) == 1


def test_an_unpaid_order_expires_once_and_gives_back_everything(order: Order, now: dt.datetime) -> None:
    """D2: not a minute early; the second sweep finds nothing."""
    assert expire_due(now=now + 14 * MINUTE) == 0
    assert expire_due(now=now + 15 * MINUTE) == 1
    assert expire_due(now=now + 16 * MINUTE) == 0
    assert expire(order=order, now=now + 16 * MINUTE) is False
    order.refresh_from_db()
    assert (order.status, order.ended_at) == (OrderStatus.EXPIRED, now + 15 * MINUTE)
    assert not OrderClaim.objects.filter(given_back_at__isnull=True).exists()
    events.drain(now=now + DAY)
    assert Message.objects.filter(recipient=order.buyer, kind="order_expired").count() == 1
    assert not Refund.objects.exists()


def test_an_order_never_expires_on_a_guess(order: Order, now: dt.datetime) -> None:
    """D2: the gateway is silent, so it waits; others without a payment do not wait for it."""
    start_payment(order=order, gateway=NAME, now=now)
    other = join_as(make_user(name="Bob"), make_open(now=now), now=now)
    ScriptedGateway.silent = True
    with pytest.raises(GatewayUnavailable):
        expire(order=order, now=now + 15 * MINUTE)
    assert expire_due(now=now + 15 * MINUTE) == 1
    other.refresh_from_db()
    order.refresh_from_db()
    assert (order.status, other.status) == (OrderStatus.PENDING_PAYMENT, OrderStatus.EXPIRED)


def test_a_silent_gateway_holds_up_its_own_payers_only(now: dt.datetime) -> None:
    """Reliability 17: however many wait for it, those who never set out to pay lapse in the same small round, and the
    gateway is asked three times and left in peace."""
    campaign = make_open(now=now)
    for index in range(5):
        asked = join_as(make_user(name=f"邻居{index}"), campaign, now=now)
        start_payment(order=asked, gateway=NAME, now=now)
    last = join_as(make_user(name="Bob"), campaign, now=now + MINUTE)
    ScriptedGateway.silent = True
    assert expire_due(now=now + DAY, limit=5) == 1
    last.refresh_from_db()
    assert last.status == OrderStatus.EXPIRED
    ScriptedGateway.silent = False
    assert expire_due(now=now + DAY) == 5


def test_an_order_that_cannot_be_expired_holds_up_no_other(now: dt.datetime) -> None:
    """Reliability 17: three payments the gateway will never speak of, and one whose gateway is gone; the others that
    were asked about lapse in the round after, for those asked in vain go to the back."""
    campaign = make_open(now=now)
    orders = [join_as(make_user(name=f"邻居{index}"), campaign, now=now + index * MINUTE) for index in range(6)]
    payments = [start_payment(order=order, gateway=NAME, now=order.placed_at) for order in orders]
    Payment.objects.filter(pk=payments[0].pk).update(gateway="gone")
    ScriptedGateway.mute = {payment.number for payment in payments[1:4]}
    assert expire_due(now=now + DAY) == 0
    assert expire_due(now=now + DAY + MINUTE) == 2
    states = [Order.objects.get(pk=order.pk).status for order in orders]
    assert states == [OrderStatus.PENDING_PAYMENT] * 4 + [OrderStatus.EXPIRED] * 2


def test_the_sweep_finds_what_was_paid_in_time(order: Order, now: dt.datetime) -> None:
    """D2: the message was lost; it is paid and not expired."""
    pay_at_gateway(start_payment(order=order, gateway=NAME, now=now), at=now + MINUTE)
    assert expire_due(now=now + DAY) == 0
    order.refresh_from_db()
    assert order.status == OrderStatus.PAID


def test_a_cancelled_order_stays_cancelled(order: Order, now: dt.datetime) -> None:
    """D2."""
    cancel_unpaid(order=order, actor_id=order.buyer_id, now=now)
    with pytest.raises(CannotCancel):
        cancel_unpaid(order=order, actor_id=order.buyer_id, now=now)
    assert expire_due(now=now + DAY) == 0
    with pytest.raises(NoSuchOrder):
        lock_with_payments(order.pk + 1)


def test_an_order_goes_on_when_the_last_hold_is_released(order: Order, now: dt.datetime) -> None:
    """Two things hold Alice's order; released one after the other it goes on with the second, and only then."""
    second = Hold.objects.create(order=order, kind="check")
    pay(order, at=now)
    release_holds([order], kind="check", now=now)
    order.refresh_from_db()
    second.refresh_from_db()
    assert (order.status, second.released_at) == (OrderStatus.PAID, now)
    Hold.objects.filter(pk=second.pk).delete()
    settle(campaign_id=order.campaign_order.campaign_id, now=now + DAY)


def test_an_order_nobody_holds_goes_on_at_once(now: dt.datetime) -> None:
    order = join_as(make_user(name="Alice"), make_open(now=now), now=now)
    with transaction.atomic():
        Hold.objects.all().delete()
        pay(order, at=now)
        assert order.status == OrderStatus.PREPARING
        transaction.set_rollback(True)


# Refunds


def test_all_that_is_left_goes_back_in_parts_that_add_up(now: dt.datetime) -> None:
    """D2, rule 14: ¥5.00 of the line first, then everything left."""
    order = join_and_pay(make_user(name="Alice"), make_open(now=now), 2, now=now)
    payment = Payment.objects.get(subject_number=order.number)
    line = order.lines.get()
    part = OrderRefund(order, RefundKind.AFTER_SALES, "一个坏的", by_line={line.pk: 500})
    assert part.amount_fen == 500
    refund_orders([part], now=now)
    line.refresh_from_db()
    rest = everything_left(order, [line], kind=RefundKind.AFTER_SALES, reason="全退")
    assert rest.by_line == {line.pk: 5480}
    refund_orders([rest], now=now)
    line.refresh_from_db()
    payment.refresh_from_db()
    assert (line.refunded_fen, payment.refund_fen) == (5980, 5980)
    assert list(RefundLine.objects.order_by("pk").values_list("amount_fen", flat=True)) == [500, 5480]


def test_not_a_fen_too_much_goes_back(now: dt.datetime) -> None:
    """Reliability 7: whatever the caller computed, of one line or of one payment."""
    campaign = make_open(now=now)
    order = join_and_pay(make_user(name="Alice"), campaign, 1, now=now)
    line = order.lines.get()
    too_much = OrderRefund(order, RefundKind.AFTER_SALES, "多一分", by_line={line.pk: 2991})
    with pytest.raises(RefundTooLarge), transaction.atomic():
        refund_orders([too_much], now=now)
    with pytest.raises(IntegrityError), transaction.atomic():
        OrderLine.objects.filter(pk=line.pk).update(refunded_fen=2991)
    assert (Refund.objects.count(), RefundLine.objects.count()) == (0, 0)
    assert refund_orders([OrderRefund(order, RefundKind.AFTER_SALES, "没有")], now=now) == []


def test_a_refund_that_arrives_is_told_to_whoever_paid(now: dt.datetime) -> None:
    campaign = make_open(now=now)
    order = fill(campaign, 1, now=now)[0]
    settle(campaign_id=campaign.pk, now=now + DAY)
    send_due(now=now + DAY, limit=10)
    events.drain(now=now + DAY)
    message = Message.objects.get(recipient=order.buyer, kind="refund_done")
    assert "¥29.90" in message.title
