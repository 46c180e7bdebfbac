"""The lists an order stands in, as a merchant thinks of them, and what narrows them."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q, Sum
from django.db.models.functions import Coalesce
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant
from analytics.selectors.behind import NARROW
from campaigns.sources import SOURCE
from orders.models import Order, OrderLine, RefundLine
from orders.models.order import OrderQuerySet
from orders.selectors.orders import with_everything
from orders.states import OrderStatus
from payments.states import RefundKind, RefundStatus
from web.backoffice.orders.wanted import Wanted

TABS: Mapping[str, tuple[str | Promise, tuple[OrderStatus, ...]]] = {
    "preparing": (_("待备货"), (OrderStatus.PREPARING,)),
    "ready": (_("待交货"), (OrderStatus.READY,)),
    "joined": (_("拼团中"), (OrderStatus.PAID,)),
    "unpaid": (_("待付款"), (OrderStatus.PENDING_PAYMENT,)),
    "handed": (_("已交货"), (OrderStatus.RECEIVED, OrderStatus.COMPLETED)),
    "ended": (_("已取消"), (OrderStatus.CANCELLED, OrderStatus.EXPIRED)),
    "all": (_("全部"), tuple(OrderStatus)),
}
REFUNDS: Mapping[str, tuple[str | Promise, Q]] = {
    "difference": (_("退过差价"), Q(refund__kind=RefundKind.TIER_DIFFERENCE)),
    "returned": (_("退过款，差价除外"), ~Q(refund__kind=RefundKind.TIER_DIFFERENCE)),
    "on-its-way": (_("退款没到账"), ~Q(refund__status=RefundStatus.DONE)),
}
TO_THE_DOOR = "door"
TAIL_DIGITS = 4


@dataclass(frozen=True)
class Sums:
    """What a list adds up to: orders, pieces, and what was paid for them."""

    orders: int
    pieces: int
    payable_fen: int


def found(merchant: Merchant, wanted: Wanted) -> OrderQuerySet:
    """The merchant's orders of that tab, newest first, with everything a list shows."""
    return with_everything(of_tab(merchant, wanted)).order_by("-pk")


def counts(merchant: Merchant, wanted: Wanted) -> dict[str, int]:
    """How many orders each tab holds for the same search; one query."""
    grouped = _matching(merchant, wanted).order_by().values("status").annotate(count=Count("pk"))
    by_status = {row["status"]: row["count"] for row in grouped}
    return {name: sum(by_status.get(state, 0) for state in states) for name, (_word, states) in TABS.items()}


def sums(merchant: Merchant, wanted: Wanted) -> Sums:
    """What the orders of that tab add up to; two queries."""
    orders = of_tab(merchant, wanted)
    pieces = OrderLine.objects.filter(order__in=orders).aggregate(pieces=Coalesce(Sum("quantity"), 0))
    return Sums(**orders.aggregate(orders=Count("pk"), payable_fen=Coalesce(Sum("payable_fen"), 0)), **pieces)


def of_tab(merchant: Merchant, wanted: Wanted) -> OrderQuerySet:
    """The merchant's orders of that tab, with nothing around them."""
    return _matching(merchant, wanted).filter(status__in=TABS[wanted.state][1])


def _matching(merchant: Merchant, wanted: Wanted) -> OrderQuerySet:
    orders = Order.objects.filter(wanted.dates.hold("placed_at" if wanted.by else "paid_at"), merchant=merchant)
    if wanted.campaign:
        orders = orders.from_source(SOURCE, wanted.campaign)
    if wanted.point == TO_THE_DOOR:
        orders = orders.filter(pickup_point__isnull=True)
    elif wanted.point:
        orders = orders.filter(pickup_point__code=wanted.point)
    if wanted.refund in REFUNDS:
        gone_back = RefundLine.objects.filter(REFUNDS[wanted.refund][1], order__merchant=merchant)
        orders = orders.filter(pk__in=gone_back.values("order"))
    if wanted.channel:
        orders = orders.filter(channel_order__channel__code=wanted.channel)
    if wanted.only in NARROW:
        orders = NARROW[wanted.only][1](orders)
    return orders.filter(_spoken_of(wanted.search)) if wanted.search else orders


def _spoken_of(search: str) -> Q:
    """By a part of the number; four digits are also the tail of a phone, or of the code somebody comes with."""
    matches = Q(number__icontains=search)
    if search.isdecimal() and search.isascii() and len(search) == TAIL_DIGITS:
        waiting = Q(status=OrderStatus.READY, pickup_code__endswith=search)
        matches |= Q(buyer__phone_tail=search) | waiting
    return matches
