"""Orders that are settled, and those whose money is still held."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, DateField, Exists, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce, Trunc

from accounts.models import Merchant
from orders.locks import SUBJECT
from orders.models import Order, PriceLine
from orders.models.order import OrderQuerySet
from orders.selectors.earnings import PLATFORM
from orders.states import OrderStatus
from payments.models import Payment
from payments.states import PaymentStatus

HOLDING = (OrderStatus.PAID, OrderStatus.PREPARING, OrderStatus.READY, OrderStatus.RECEIVED)


@dataclass(frozen=True)
class Brought:
    """So many orders, what buyers paid for them, and what the platform gave."""

    orders: int = 0
    paid_fen: int = 0
    granted_fen: int = 0


def completed_of(merchant: Merchant) -> OrderQuerySet:
    """A merchant's settled orders, last completed first, each with what the platform gave as `granted_fen`."""
    given = PriceLine.objects.filter(order=OuterRef("pk"), funder=PLATFORM).order_by().values("order")
    granted = Coalesce(-Subquery(given.values(fen=Sum("amount_fen"))), 0)
    mine = Order.objects.filter(merchant=merchant, status=OrderStatus.COMPLETED)
    return mine.annotate(granted_fen=granted).order_by("-completed_at", "-pk")


def held_of(merchant: Merchant) -> OrderQuerySet:
    """A merchant's orders whose money is held, those next to be settled first; unpaid ones that a balance has begun to
    pay are among them."""
    begun = Payment.objects.filter(
        subject_kind=SUBJECT, subject_number=OuterRef("number"), status=PaymentStatus.CAPTURED, refund_fen=0
    )
    holding = Q(status__in=HOLDING) | Q(Exists(begun), status=OrderStatus.PENDING_PAYMENT)
    return Order.objects.filter(holding, merchant=merchant).order_by("completes_at", "-pk")


def brought_by(merchant: Merchant, completed: Q, *, kind: str) -> dict[dt.date, Brought]:
    """What the orders brought that were completed on each day, or in each "month". Two queries.

    `completed` says when, on `completed_at` of an order.
    """
    orders = Order.objects.filter(completed, merchant=merchant, status=OrderStatus.COMPLETED)
    day = Trunc("completed_at", kind, output_field=DateField())
    paid = orders.annotate(day=day).order_by().values_list("day").annotate(Count("pk"), Sum("payable_fen"))
    granted = _granted(orders, kind)
    return {found: Brought(count, fen, granted[found]) for found, count, fen in paid}


def _granted(orders: OrderQuerySet, kind: str) -> Counter[dt.date]:
    day = Trunc("order__completed_at", kind, output_field=DateField())
    lines = PriceLine.objects.filter(order__in=orders, funder=PLATFORM).annotate(day=day)
    return Counter({found: -fen for found, fen in lines.values_list("day").annotate(Sum("amount_fen"))})
