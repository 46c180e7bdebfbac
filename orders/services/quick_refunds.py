"""Refunded at once where rules allow: a small thing that was missing or broken, told in time, by somebody who does not
tell it often. Everything else is between buyer and merchant.
"""

import datetime as dt

from django.db import transaction

from accounts.models import User
from common import advisory
from orders.errors import NoSuchOrder, NotByRule
from orders.locks import lock_with_payments
from orders.models import Order, QuickRefund
from orders.selectors.after_sales import LineLeft, left_of
from orders.selectors.quick_refunds import why_not, why_not_so_much
from orders.services.after_sales import give_back
from payments.models import Refund


@transaction.atomic
def refund_by_rule(
    *, buyer: User, number: str, line_id: int, pieces: int, reason: str, now: dt.datetime
) -> list[Refund]:
    """The buyer gets back what so many pieces of a line cost, approved by the rule and on its way.

    Raises NoSuchOrder, NotByRule with the reason.
    """
    order_id = Order.objects.filter(buyer=buyer, number=number).values_list("pk", flat=True).first()
    if order_id is None:
        raise NoSuchOrder
    order = lock_with_payments(order_id)
    # Two orders of one person count against the same number.
    advisory.lock(f"quick-refunds:{buyer.pk}")
    line = _line_of(order, line_id, pieces)
    amount_fen = line.fen_of(pieces)
    if refusal := why_not(order, now=now) or why_not_so_much(amount_fen):
        raise NotByRule(reason=refusal)
    QuickRefund.objects.create(
        order=order,
        line=line.line,
        buyer=buyer,
        pieces=pieces,
        amount_fen=amount_fen,
        reason=reason[:200],
        granted_at=now,
    )
    return give_back(order, by_line={line_id: amount_fen}, reason=reason, actor_id=buyer.pk, now=now, by_rule=True)


def _line_of(order: Order, line_id: int, pieces: int) -> LineLeft:
    line = left_of(order).of(line_id)
    if line is None or not 0 < pieces <= line.line.quantity:
        raise NoSuchOrder
    return line
