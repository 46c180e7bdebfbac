"""The lists an order stands in, as a merchant thinks of them, and what narrows them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
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
from web.counting import Counted, are_too_many, count_tabs
from web.keyset import KeysetPage, keyset_page

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
    "difference": (_("退过差价"), Q(kind=RefundKind.TIER_DIFFERENCE)),
    "returned": (_("退过款，差价除外"), ~Q(kind=RefundKind.TIER_DIFFERENCE)),
    "on-its-way": (_("退款没到账"), ~Q(refund__status=RefundStatus.DONE)),
}
TO_THE_DOOR = "door"
TAIL_DIGITS = 4
# What somebody has still to do something about is counted to the last one; of the past nobody needs to know more.
OPEN = (OrderStatus.PREPARING, OrderStatus.READY, OrderStatus.PAID, OrderStatus.PENDING_PAYMENT)


@dataclass(frozen=True)
class Sums:
    """What a list adds up to: orders, pieces, and what was paid for them."""

    orders: int
    pieces: int
    payable_fen: int


def found(merchant: Merchant, wanted: Wanted) -> OrderQuerySet:
    """The merchant's orders of that tab, newest first, with everything a list shows."""
    return with_everything(of_tab(merchant, wanted)).order_by("-pk")


def page_found(merchant: Merchant, wanted: Wanted, query: Mapping[str, str]) -> KeysetPage:
    """The page of them that an address asks for; each state has them in this order in an index."""
    parts = [Q(status=state) for state in TABS[wanted.state][1]]
    return keyset_page(query, with_everything(_matching(merchant, wanted)), parts=parts)


def counts(merchant: Merchant, wanted: Wanted) -> dict[str, Counted]:
    """How many orders each tab holds for the same search. One query."""
    tabs = {name: states for name, (_word, states) in TABS.items()}
    return count_tabs(_matching(merchant, wanted), tabs, to_do=OPEN)


def sums(merchant: Merchant, wanted: Wanted, counted: Counted) -> Sums | None:
    """What the orders of that tab, of which so many are known, add up to; None where there are too many for that. At
    most three queries."""
    orders = of_tab(merchant, wanted)
    if counted.is_more and (not wanted.narrowed or are_too_many(orders)):
        return None
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
        gone_back = RefundLine.objects.filter(REFUNDS[wanted.refund][1], merchant=merchant)
        orders = orders.filter(pk__in=gone_back.values("order"))
    if wanted.channel:
        orders = orders.filter(channel_order__channel__code=wanted.channel)
    if wanted.only in NARROW:
        orders = NARROW[wanted.only][1](orders)
    return orders.filter(pk__in=_spoken_of(merchant, wanted.search)) if wanted.search else orders


def _spoken_of(merchant: Merchant, search: str) -> QuerySet[Order, Any]:
    """By the whole number, or by a part of it while there is something to do about the order; four digits are also the
    tail of a phone, or of the code somebody comes with. Each way has an index, so they are gone one by one."""
    ours = Order.objects.filter(merchant=merchant).values("pk")
    ways = [ours.filter(number=search.upper()), ours.filter(status__in=OPEN, number__icontains=search)]
    if search.isdecimal() and search.isascii() and len(search) == TAIL_DIGITS:
        ways.append(ours.filter(status=OrderStatus.READY, pickup_code__endswith=search))
        ways.append(ours.filter(buyer__phone_tail=search))
    return ways[0].union(*ways[1:])
