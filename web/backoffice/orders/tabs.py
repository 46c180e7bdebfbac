"""The lists an order stands in, as a merchant thinks of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Count, Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant
from campaigns.sources import SOURCE
from orders.models import Order
from orders.models.order import OrderQuerySet
from orders.selectors.orders import of_merchant
from orders.states import OrderStatus

TABS: Mapping[str, tuple[str | Promise, tuple[OrderStatus, ...]]] = {
    "preparing": (_("待备货"), (OrderStatus.PREPARING,)),
    "ready": (_("待交货"), (OrderStatus.READY,)),
    "joined": (_("拼团中"), (OrderStatus.PAID,)),
    "unpaid": (_("待付款"), (OrderStatus.PENDING_PAYMENT,)),
    "handed": (_("已交货"), (OrderStatus.RECEIVED, OrderStatus.COMPLETED)),
    "ended": (_("已取消"), (OrderStatus.CANCELLED, OrderStatus.EXPIRED)),
    "all": (_("全部"), tuple(OrderStatus)),
}
TAIL_DIGITS = 4


@dataclass(frozen=True)
class Wanted:
    """Which orders somebody asked for: a tab, words to find, a campaign."""

    state: str
    search: str
    campaign: str


def read_wanted(query: Mapping[str, str]) -> Wanted:
    """From the parameters of an address; who searches without a tab searches everywhere."""
    search, campaign = query.get("q", "").strip()[:30], query.get("campaign", "")[:10]
    state = query.get("state", "")
    if state not in TABS:
        state = "all" if search or campaign else "preparing"
    return Wanted(state, search, campaign)


def found(merchant: Merchant, wanted: Wanted) -> OrderQuerySet:
    """The merchant's orders of that tab, newest first."""
    return _matching(of_merchant(merchant), wanted).filter(status__in=TABS[wanted.state][1])


def counts(merchant: Merchant, wanted: Wanted) -> dict[str, int]:
    """How many orders each tab holds for the same search; one query."""
    grouped = _matching(Order.objects.filter(merchant=merchant), wanted).values("status").annotate(count=Count("pk"))
    by_status = {row["status"]: row["count"] for row in grouped.order_by()}
    return {name: sum(by_status.get(state, 0) for state in states) for name, (_word, states) in TABS.items()}


def _matching(orders: OrderQuerySet, wanted: Wanted) -> OrderQuerySet:
    if wanted.campaign:
        orders = orders.from_source(SOURCE, wanted.campaign)
    if not wanted.search:
        return orders
    matches = Q(number__icontains=wanted.search)
    if wanted.search.isdecimal() and len(wanted.search) == TAIL_DIGITS:
        matches |= Q(buyer__phone_tail=wanted.search)
    return orders.filter(matches)
