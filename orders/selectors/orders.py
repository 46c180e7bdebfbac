"""Reading orders. Every query is bounded and starts from whose orders they are."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from functools import reduce
from operator import or_

from django.db.models import Prefetch, Q

from accounts.models import Merchant, User
from common.models import Transition
from orders.errors import NoSuchOrder
from orders.locks import SUBJECT
from orders.models import Order, OrderLine, RefundLine
from orders.models.order import OrderQuerySet
from orders.states import OrderStatus
from payments.models import Payment, Refund

NOTHING = Q(pk__in=())


@dataclass(frozen=True)
class TimelineEntry:
    """One step of an order's life; `state` is an OrderStatus."""

    at: dt.datetime
    state: str
    reason: str


def with_everything(orders: OrderQuerySet) -> OrderQuerySet:
    """What a list of orders shows, in a fixed number of queries."""
    lines = OrderLine.objects.order_by("pk")
    return orders.select_related("merchant", "pickup_point").prefetch_related(
        "buyer", Prefetch("lines", lines), "lines__sku"
    )


def of_buyer(user: User) -> OrderQuerySet:
    """A person's own orders, newest first."""
    return with_everything(Order.objects.filter(buyer=user)).order_by("-pk")


def unpaid_of(user: User, *, source_kind: str, source_code: str, now: dt.datetime) -> list[Order]:
    """A person's orders of one source that can still be paid, newest first."""
    mine = of_buyer(user).filter(source_kind=source_kind, source_code=source_code)
    return list(mine.filter(status=OrderStatus.PENDING_PAYMENT, pay_by__gt=now))


def of_merchant(merchant: Merchant) -> OrderQuerySet:
    """A merchant's orders, newest first."""
    return with_everything(Order.objects.filter(merchant=merchant)).order_by("-pk")


def for_pickup(parts: Iterable[Q]) -> OrderQuerySet:
    """What waits for somebody to hand it over, newest first; `parts_handed_over_by` says whose parts it is made of."""
    waiting = Order.objects.filter(reduce(or_, parts, NOTHING), status=OrderStatus.READY)
    return with_everything(waiting).order_by("-pk")


def for_buyer(user: User, number: str) -> Order:
    """One of a person's own orders; anybody else's is not there."""
    return _get(of_buyer(user), number)


def for_merchant(merchant: Merchant, number: str) -> Order:
    """One of a merchant's orders; anybody else's is not there."""
    return _get(of_merchant(merchant), number)


def _get(orders: OrderQuerySet, number: str) -> Order:
    order = orders.filter(number=number).first()
    if order is None:
        raise NoSuchOrder
    return order


def timeline(order: Order) -> list[TimelineEntry]:
    """What happened to an order, oldest first."""
    steps = Transition.objects.filter(entity=Order._meta.label_lower, object_id=order.pk).order_by("id")
    return [TimelineEntry(step.at, step.to_state, step.reason) for step in steps]


def payments_of(order: Order) -> list[Payment]:
    """Every attempt to pay an order, oldest first."""
    return list(Payment.objects.for_subject(SUBJECT, order.number).order_by("pk"))


def refunds_of(order: Order) -> list[Refund]:
    """Everything that went or goes back of an order's payments, late and double ones too, oldest first."""
    mine = Q(payment__subject_kind=SUBJECT, payment__subject_number=order.number)
    return list(Refund.objects.filter(mine).select_related("payment").order_by("pk"))


def refund_lines_of(order: Order) -> list[RefundLine]:
    """Which fen of which line went back, oldest first."""
    return list(RefundLine.objects.filter(order=order).select_related("refund", "line").order_by("pk"))
