"""Paying an order, and what a captured payment does to it."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_noop

from common import events, statemachine
from orders.contributions import on_paid
from orders.errors import NotPayable
from orders.events import OrderPaid
from orders.locks import SUBJECT, lock_with_payments
from orders.models import Order
from orders.services.holding import go_on_unless_held
from orders.states import OrderStatus
from payments.models import Payment
from payments.services.starting import start_payment as start
from payments.states import RefundKind
from payments.subjects import NotWanted, Subject


@transaction.atomic
def start_payment(*, order: Order, gateway: str, now: dt.datetime) -> Payment:
    """A payment for all that is payable, at one gateway. Raises NotPayable once the order is not waiting for it."""
    order = lock_with_payments(order.pk)
    if order.status != OrderStatus.PENDING_PAYMENT or now >= order.pay_by:
        raise NotPayable
    return start(
        subject=Subject(SUBJECT, order.number),
        instalment=1,
        payer_id=order.buyer_id,
        merchant_id=order.merchant_id,
        gateway=gateway,
        amount_fen=order.payable_fen,
        title=_title(order),
        expires_at=order.pay_by,
        now=now,
    )


def _title(order: Order) -> str:
    names = list(order.lines.order_by("pk").values_list("product_name", flat=True))
    return "、".join(names)[:120]


def apply_payment(payment: Payment, now: dt.datetime) -> None:
    """Take captured money for an order. Raises NotWanted when it came late, twice, or for a count that is closed.

    Runs in the transaction that captures it, under the payment's lock.
    """
    order = Order.objects.select_for_update(of=("self",), no_key=True).get(number=payment.subject_number)
    if order.paid_at is not None:
        raise NotWanted(kind=RefundKind.DUPLICATE, reason=gettext_noop("这笔款已经付过了"))
    if order.status != OrderStatus.PENDING_PAYMENT or payment.captured_at is None:
        raise NotWanted(kind=RefundKind.LATE, reason=gettext_noop("付款到账时订单已经结束"))
    if payment.captured_at > order.pay_by:
        raise NotWanted(kind=RefundKind.LATE, reason=gettext_noop("过了付款时限才到账"))
    if payment.amount_fen != order.payable_fen:
        raise NotWanted(kind=RefundKind.LATE, reason=gettext_noop("到账的金额和应付的不一样"))
    statemachine.move(order, OrderStatus.PAID, now=now, actor_id=order.buyer_id, paid_at=payment.captured_at)
    events.publish(OrderPaid(order_id=order.pk))
    go_on_unless_held(order, now=now)
    for effect in on_paid:
        effect(order, now)
