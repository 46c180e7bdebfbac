"""After-sales: a merchant gives back a part of an order that went on, as often as it takes and never more than is left.

Goods stay where they are: what is broken or missing does not return to the shelf.
"""

import datetime as dt
from collections.abc import Mapping

from django.db import transaction

from accounts.models import Merchant
from common import audit, events
from common.money import format_yuan
from orders.errors import MoreThanLeft, NoSuchOrder, NothingToRefund, NotRefundable
from orders.events import AfterSalesRefunded
from orders.locks import lock_with_payments
from orders.models import Order
from orders.selectors.after_sales import Left, can_be_refunded, left_of
from orders.services.refunding import OrderRefund, refund_orders
from payments.models import Refund
from payments.states import RefundKind


@transaction.atomic
def refund_lines(
    *,
    merchant: Merchant,
    number: str,
    by_line: Mapping[int, int],
    freight_fen: int = 0,
    reason: str,
    actor_id: int,
    now: dt.datetime,
) -> list[Refund]:
    """Give back so many fen by line id, and of the freight. A gateway's part goes first, then the balance's.

    Raises NoSuchOrder, NotRefundable, NothingToRefund, MoreThanLeft, or a RefundRefused of payments.
    """
    order_id = Order.objects.filter(merchant=merchant, number=number).values_list("pk", flat=True).first()
    if order_id is None:
        raise NoSuchOrder
    order = lock_with_payments(order_id)
    if not can_be_refunded(order):
        raise NotRefundable
    _check(left_of(order), by_line, freight_fen)
    return give_back(order, by_line=by_line, freight_fen=freight_fen, reason=reason, actor_id=actor_id, now=now)


def give_back(
    order: Order,
    *,
    by_line: Mapping[int, int],
    freight_fen: int = 0,
    reason: str,
    actor_id: int,
    now: dt.datetime,
    by_rule: bool = False,
) -> list[Refund]:
    """Refund what was looked at under the lock of the order and its payments; write it down, tell the buyer."""
    wanted = OrderRefund(
        order,
        RefundKind.AFTER_SALES,
        reason,
        by_line={line_id: fen for line_id, fen in by_line.items() if fen},
        freight_fen=freight_fen,
    )
    refunds = refund_orders([wanted], now=now)
    audit.record(
        actor_id=actor_id,
        action="order.refund",
        subject=f"order:{order.number}",
        amount_fen=wanted.amount_fen,
        refunds=[refund.number for refund in refunds],
    )
    events.publish(
        AfterSalesRefunded(order_id=order.pk, refund_id=refunds[0].pk, amount_fen=wanted.amount_fen, by_rule=by_rule)
    )
    return refunds


def _check(left: Left, by_line: Mapping[int, int], freight_fen: int) -> None:
    if min([0, freight_fen, *by_line.values()]) < 0 or not sum(by_line.values()) + freight_fen:
        raise NothingToRefund
    for line_id, fen in by_line.items():
        line = left.of(line_id)
        if line is None:
            raise NoSuchOrder
        if fen > line.left_fen:
            raise MoreThanLeft(field=f"line_{line_id}", left=format_yuan(line.left_fen), left_fen=line.left_fen)
    if freight_fen > left.freight_fen:
        raise MoreThanLeft(field="freight", left=format_yuan(left.freight_fen), left_fen=left.freight_fen)
