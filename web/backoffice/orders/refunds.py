"""The money that went back, or is on its way."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant
from campaigns.models import Campaign
from campaigns.sources import SOURCE
from orders.locks import SUBJECT
from orders.models import Order
from payments.models import Refund
from payments.selectors.refunds import stuck
from payments.states import RefundKind, RefundStatus
from web.backoffice.access import Right, Shop, needs
from web.backoffice.dates import Dates, read_dates
from web.backoffice.shell import show, without_page
from web.counting import Counted, are_too_many, count_tabs
from web.keyset import keyset_page

STUCK, ALL = "stuck", ""
OPEN = tuple(state for state in RefundStatus if state != RefundStatus.DONE)
KINDS: Mapping[str, tuple[str | Promise, Q]] = {
    "difference": (_("差价"), Q(kind=RefundKind.TIER_DIFFERENCE)),
    "returned": (_("差价以外"), ~Q(kind=RefundKind.TIER_DIFFERENCE)),
}


@dataclass(frozen=True)
class Wanted:
    """What narrows the list: a state, a kind, days of asking, a campaign."""

    state: str
    kind: str
    dates: Dates
    campaign: Campaign | None

    @property
    def kept(self) -> str:
        """Everything but the state, as parameters of an address."""
        kind = {"kind": self.kind} if self.kind in KINDS else {}
        return urlencode(kind | ({"campaign": self.campaign.code} if self.campaign else {}) | self.dates.query)


@needs(Right.REFUNDS)
def refunds(request: HttpRequest, shop: Shop) -> HttpResponse:
    """A page of them, newest first, how many there are by state, and what they add up to."""
    wanted = _wanted(shop.merchant, request.GET)
    ours = _narrowed(shop.merchant, wanted)
    late = stuck(ours, now=timezone.now())
    numbers = count_tabs(ours, {ALL: RefundStatus.values} | {state: [state] for state in RefundStatus}, to_do=OPEN)
    context = {
        "page": keyset_page(request.GET, _of_state(ours, late, wanted.state).select_related("payment")),
        "query": without_page(request),
        "state": wanted.state,
        "tabs": _tabs(numbers, late.count(), wanted.state),
        "kinds": [(name, word, name == wanted.kind) for name, (word, _rows) in KINDS.items()],
        "dates": wanted.dates,
        "campaign": wanted.campaign,
        "kept": wanted.kept,
        "total_fen": _total_fen(ours, numbers[ALL], is_narrowed=bool(wanted.kept)),
        "count": numbers[ALL],
    }
    return show(request, shop, "refunds/index.html", context, here="refunds")


def found(merchant: Merchant, query: Mapping[str, str]) -> QuerySet[Refund]:
    """What the list shows for the parameters of its address, on all its pages."""
    wanted = _wanted(merchant, query)
    ours = _narrowed(merchant, wanted)
    return _of_state(ours, stuck(ours, now=timezone.now()), wanted.state).select_related("payment")


def _wanted(merchant: Merchant, query: Mapping[str, str]) -> Wanted:
    return Wanted(
        state=query.get("state", ""),
        kind=query.get("kind", ""),
        dates=read_dates(query),
        campaign=_campaign(merchant, query.get("campaign", "")),
    )


def _narrowed(merchant: Merchant, wanted: Wanted) -> QuerySet[Refund]:
    kind = KINDS[wanted.kind][1] if wanted.kind in KINDS else Q()
    return refunds_of(merchant, wanted.campaign).filter(wanted.dates.hold("requested_at"), kind)


def _of_state(ours: QuerySet[Refund], late: QuerySet[Refund], state: str) -> QuerySet[Refund]:
    if state == STUCK:
        return late
    return ours.filter(status=state) if state in RefundStatus.values else ours


def _tabs(numbers: Mapping[str, Counted], late: int, state: str) -> list[tuple[str, str | Promise, Counted]]:
    """The states there are; what should have arrived by now first of all."""
    tabs: list[tuple[str, str | Promise, Counted]] = []
    if late or state == STUCK:
        tabs.append((STUCK, _("过了 24 小时"), Counted(late)))
    return tabs + [(each.value, each.label, numbers[each]) for each in RefundStatus if numbers[each].rows]


def _total_fen(ours: QuerySet[Refund], counted: Counted, *, is_narrowed: bool) -> int | None:
    """What they add up to, of which so many are known; None where there are too many for that."""
    if counted.is_more and (not is_narrowed or are_too_many(ours)):
        return None
    return ours.aggregate(fen=Coalesce(Sum("amount_fen"), 0))["fen"]


def refunds_of(merchant: Merchant, campaign: Campaign | None = None) -> QuerySet[Refund]:
    """Every refund of a payment for one of a merchant's orders, or for those of a campaign."""
    ours = Refund.objects.filter(payment__merchant=merchant, payment__subject_kind=SUBJECT)
    if campaign is None:
        return ours
    orders = Order.objects.filter(merchant=merchant).from_source(SOURCE, campaign.code)
    return ours.filter(payment__subject_number__in=orders.values("number"))


def _campaign(merchant: Merchant, code: str) -> Campaign | None:
    """The campaign that the list is narrowed to; a code that is not ours narrows nothing."""
    return Campaign.objects.filter(merchant=merchant, code=code).first() if code else None
