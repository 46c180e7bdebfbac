"""Orders that end without goods: unpaid ones expire or are cancelled, paid ones are cancelled with a full refund."""

import datetime as dt
import logging
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet, Subquery
from django.utils.translation import gettext_noop

from common import events, statemachine
from common.errors import Unavailable
from orders.errors import CannotCancel, PaymentUnderWay
from orders.events import OrderCancelled, OrderExpired
from orders.locks import SUBJECT, lock_with_payments
from orders.models import Order, OrderLine
from orders.services.claiming import give_back_claims
from orders.services.refunding import everything_left, refund_orders
from orders.states import CancelReason, OrderStatus
from payments.errors import GatewayRefused
from payments.gateways.base import HttpInsideTransaction
from payments.models import Payment
from payments.selectors.balance import waiting_part
from payments.services.balance import give_back
from payments.services.querying import resolve
from payments.states import PaymentStatus, RefundKind, RefundRoute
from payments.subjects import Subject

logger = logging.getLogger(__name__)

MOST_SILENCE = 3


def expire_due(*, now: dt.datetime, limit: int = 500) -> int:
    """Expire the unpaid orders whose time is over; returns how many. Whom the gateway does not answer for waits.

    Orders that nobody set out to pay come first, then those asked about longest ago; silence ends the round. So a
    gateway in trouble holds up its own payers only, and one order that cannot be expired holds up no other.
    """
    expired = silence = 0
    for order in _due(now)[:limit]:
        try:
            expired += expire(order=order, now=now)
            silence = 0
        except PaymentUnderWay:
            logger.info("the payer is paying just now, order stays pending", extra={"order": order.number})
        except (Unavailable, GatewayRefused):
            silence += 1
            logger.warning("gateway does not answer, order stays pending", extra={"order": order.number})
        except HttpInsideTransaction:
            raise
        except Exception:
            logger.exception("an order could not be expired", extra={"order": order.number})
        if silence >= MOST_SILENCE:
            break
    return expired


def _due(now: dt.datetime) -> QuerySet[Order]:
    open_payments = Payment.objects.pending().filter(subject_kind=SUBJECT, subject_number=OuterRef("number"))
    asked_at = Subquery(open_payments.values("queried_at")[:1])
    due = Order.objects.filter(status=OrderStatus.PENDING_PAYMENT, pay_by__lte=now)
    return due.order_by(Exists(open_payments), asked_at.asc(nulls_first=True), "pay_by")


def expire(*, order: Order, now: dt.datetime) -> bool:
    """Expire one unpaid order after its payments were asked about and closed; False when it was paid after all.

    Raises Unavailable when the gateway cannot be asked: an order never expires on a guess.
    """
    settle_payments(order, now=now)
    with transaction.atomic():
        order = lock_with_payments(order.pk)
        if order.status != OrderStatus.PENDING_PAYMENT:
            return False
        _refuse_while_paying(order)
        statemachine.move(order, OrderStatus.EXPIRED, now=now, ended_at=now)
        events.publish(OrderExpired(order_id=order.pk))
        _give_back_part(order, now=now)
        give_back_claims([order], now=now)
    return True


def cancel_unpaid(*, order: Order, actor_id: int, now: dt.datetime) -> Order:
    """The buyer thinks better of it before paying. Raises CannotCancel, PaymentUnderWay, Unavailable."""
    settle_payments(order, now=now)
    with transaction.atomic():
        order = lock_with_payments(order.pk)
        if order.status != OrderStatus.PENDING_PAYMENT:
            raise CannotCancel
        _refuse_while_paying(order)
        statemachine.move(
            order,
            OrderStatus.CANCELLED,
            now=now,
            actor_id=actor_id,
            ended_at=now,
            cancel_reason=CancelReason.BUYER,
        )
        events.publish(OrderCancelled(order_id=order.pk, reason=CancelReason.BUYER))
        _give_back_part(order, now=now)
        give_back_claims([order], now=now)
    return order


def cancel_paid(
    orders: Sequence[Order],
    *,
    cancel_reason: str,
    refund_kind: RefundKind,
    reason: str,
    now: dt.datetime,
    actor_id: int | None = None,
    route: RefundRoute | None = None,
) -> None:
    """Cancel paid orders that did not go on yet: claims go back, every fen is refunded to whoever paid it.

    By `route` where the buyer has just said so, else as they like it. Orders and their payments are locked by the
    caller, inside its transaction.
    """
    ids = [order.pk for order in orders]
    lines: dict[int, list[OrderLine]] = {pk: [] for pk in ids}
    for line in OrderLine.objects.filter(order_id__in=ids).order_by("pk"):
        lines[line.order_id].append(line)
    refund_orders(
        [everything_left(order, lines[order.pk], kind=refund_kind, reason=reason, route=route) for order in orders],
        now=now,
    )
    statemachine.move_many(
        Order,
        ids,
        was=OrderStatus.PAID,
        to=OrderStatus.CANCELLED,
        now=now,
        reason=reason,
        actor_id=actor_id,
        cancel_reason=cancel_reason,
        ended_at=now,
    )
    events.publish(*(OrderCancelled(order_id=pk, reason=cancel_reason) for pk in ids))
    give_back_claims(orders, now=now)


def settle_payments(order: Order, *, now: dt.datetime) -> None:
    """Ask the gateways about every payment of an order that is still open, and close it there. No transaction held.

    Raises PaymentUnderWay while the payer is paying just now, Unavailable when there is no answer.
    """
    for payment in Payment.objects.for_subject(SUBJECT, order.number).pending():
        if resolve(payment=payment, now=now, close=True).status == PaymentStatus.PENDING:
            raise PaymentUnderWay


def _give_back_part(order: Order, *, now: dt.datetime) -> None:
    """What the buyer's balance has paid of an order that ends without the rest is back at once."""
    if part := waiting_part(Subject(SUBJECT, order.number)):
        give_back(part, reason=gettext_noop("订单没有付清"), now=now)


def _refuse_while_paying(order: Order) -> None:
    if Payment.objects.for_subject(SUBJECT, order.number).pending().exists():
        raise PaymentUnderWay
