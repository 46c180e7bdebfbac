"""Paying an order, and what a captured payment does to it."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_noop

from common import events, statemachine
from orders.contributions import on_paid
from orders.errors import BadBalanceAmount, NotPayable
from orders.events import OrderPaid
from orders.locks import SUBJECT, lock_with_payments
from orders.models import Order
from orders.services.holding import go_on_unless_held
from orders.states import OrderStatus
from payments.models import Payment
from payments.selectors.balance import waiting_part
from payments.services.balance import give_back, join_part, spend
from payments.services.starting import start_payment as start
from payments.states import RefundKind
from payments.subjects import NotWanted, Subject


@transaction.atomic
def start_payment(*, order: Order, gateway: str = "", balance_fen: int = 0, now: dt.datetime) -> Payment:
    """A payment for what is payable, at one gateway, less what the buyer's balance pays of it.

    What the balance pays is taken now and waits for the rest; chosen differently it goes back first. Where the balance
    pays everything the order is paid when this returns, and the payment is the balance's. Raises NotPayable once the
    order is not waiting for it, BadBalanceAmount, NotEnoughBalance, PaymentInProgress.
    """
    order = lock_with_payments(order.pk)
    if order.status != OrderStatus.PENDING_PAYMENT or now >= order.pay_by:
        raise NotPayable
    if not 0 <= balance_fen <= order.payable_fen:
        raise BadBalanceAmount
    due = _due(order)
    rest_fen = order.payable_fen - balance_fen
    taken = _keep_or_give_back(due["subject"], balance_fen, now=now)
    if not rest_fen:
        return _spend(due, balance_fen, whole=True, now=now)
    payment = start(**due, gateway=gateway, amount_fen=rest_fen, now=now)
    if balance_fen and not taken:
        _spend(due, balance_fen, whole=False, now=now)
    return payment


def _keep_or_give_back(subject: Subject, amount_fen: int, *, now: dt.datetime) -> bool:
    """Whether just this amount of the balance waits for the rest already; another amount goes back."""
    part = waiting_part(subject)
    if part is None:
        return False
    if part.amount_fen == amount_fen:
        return True
    give_back(part, reason=gettext_noop("换了付款方式"), now=now)
    return False


def _spend(due: dict[str, Any], amount_fen: int, *, whole: bool, now: dt.datetime) -> Payment:
    try:
        return spend(**due, amount_fen=amount_fen, whole=whole, now=now)
    except NotWanted as unwanted:
        raise NotPayable from unwanted


def _due(order: Order) -> dict[str, Any]:
    """Of whatever pays this order."""
    return {
        "subject": Subject(SUBJECT, order.number),
        "payer_id": order.buyer_id,
        "merchant_id": order.merchant_id,
        "title": _title(order),
        "expires_at": order.pay_by,
    }


def _title(order: Order) -> str:
    names = list(order.lines.order_by("pk").values_list("product_name", flat=True))
    return "、".join(names)[:120]


def apply_payment(payment: Payment, now: dt.datetime) -> None:
    """Take captured money for an order, with what the buyer's balance has paid of it.

    Raises NotWanted when it came late, twice, for a count that is closed, or does not add up to what is payable. Runs
    in the transaction that captures it, under the locks of all the order's payments.
    """
    order = Order.objects.select_for_update(of=("self",), no_key=True).get(number=payment.subject_number)
    if order.paid_at is not None:
        raise NotWanted(kind=RefundKind.DUPLICATE, reason=gettext_noop("这笔款已经付过了"))
    if order.status != OrderStatus.PENDING_PAYMENT or payment.captured_at is None:
        raise NotWanted(kind=RefundKind.LATE, reason=gettext_noop("付款到账时订单已经结束"))
    if payment.captured_at > order.pay_by:
        raise NotWanted(kind=RefundKind.LATE, reason=gettext_noop("过了付款时限才到账"))
    join_part(payment, payable_fen=order.payable_fen, now=now)
    statemachine.move(order, OrderStatus.PAID, now=now, actor_id=order.buyer_id, paid_at=payment.captured_at)
    events.publish(OrderPaid(order_id=order.pk))
    go_on_unless_held(order, now=now)
    for effect in on_paid:
        effect(order, now)
