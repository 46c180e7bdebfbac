"""The orders of a shop, by what they wait for."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from accounts.models import Merchant
from analytics.selectors.behind import NARROW
from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from marketing.selectors.channels import channels_of
from orders.models import Order, RefundLine
from orders.selectors.pickup import points_of
from payments.states import RefundKind
from web.backoffice.access import Right, Shop, needs
from web.backoffice.orders import kept
from web.backoffice.orders.tabs import REFUNDS, TABS, TO_THE_DOOR, counts, page_found, sums
from web.backoffice.orders.wanted import Wanted, read_wanted
from web.backoffice.shell import show
from web.pictures import first_pictures

CHOICES_SHOWN = 50
NEVER_SOLD = (CampaignStatus.DRAFT, CampaignStatus.IN_REVIEW, CampaignStatus.SCHEDULED)


@dataclass(frozen=True)
class Row:
    """One order of the list: its picture, what of it went back because the price fell, and for other reasons."""

    order: Order
    picture: str
    difference_fen: int
    returned_fen: int


@dataclass(frozen=True)
class Choice:
    """A select of the filters: its name in the address, its word, and what can be chosen."""

    name: str
    word: str
    options: list[tuple[str, Any]]
    chosen: str


@needs(Right.ORDERS)
def orders(request: HttpRequest, shop: Shop) -> HttpResponse:
    """A page of them, in a number of queries that does not grow with its rows."""
    if "forget" in request.GET:
        kept.forget(request, shop)
        return redirect("backoffice:orders", shop.code)
    wanted = read_wanted(request.GET, states=TABS)
    kept.keep(request, shop, wanted)
    numbers = counts(shop.merchant, wanted)
    page = page_found(shop.merchant, wanted, request.GET)
    context = {
        "page": page,
        "rows": rows_of(list(page)),
        "query": wanted.query,
        "wanted": wanted,
        "counted": numbers[wanted.state],
        "sums": sums(shop.merchant, wanted, numbers[wanted.state]),
        "choices": _choices(shop.merchant, wanted),
        "tabs": [
            (word, numbers[name], wanted.at(name).query, name == wanted.state) for name, (word, _states) in TABS.items()
        ],
        "last": kept.last(request, shop, wanted),
        "markable": wanted.state == "preparing" and Right.FULFIL in shop.rights,
    }
    return show(request, shop, "orders/index.html", context, here="orders")


def rows_of(listed: list[Order]) -> list[Row]:
    """The rows of a page; one query for all pictures, one for what went back."""
    pictures = first_pictures(line.sku.product_id for order in listed for line in order.lines.all())
    gone_back = differences(order.pk for order in listed)
    return [_row(order, pictures, gone_back.get(order.pk, 0)) for order in listed]


def _row(order: Order, pictures: dict[int, str], difference_fen: int) -> Row:
    lines = list(order.lines.all())
    back_fen = order.freight_refunded_fen + sum(line.refunded_fen for line in lines)
    picture = pictures.get(lines[0].sku.product_id, "") if lines else ""
    return Row(order, picture, difference_fen, back_fen - difference_fen)


def differences(orders: Iterable[int]) -> dict[int, int]:
    """What went back of each order because the price fell."""
    parts = RefundLine.objects.filter(order__in=list(orders), kind=RefundKind.TIER_DIFFERENCE)
    return dict(parts.order_by().values_list("order").annotate(Sum("amount_fen")))


def _choices(merchant: Merchant, wanted: Wanted) -> list[Choice]:
    """What the list can be narrowed to; of the campaigns the latest, and the one that is chosen."""
    campaigns = Campaign.objects.filter(merchant=merchant).exclude(status__in=NEVER_SOLD).order_by("-pk")
    titles = list(campaigns.values_list("code", "title")[:CHOICES_SHOWN])
    if wanted.campaign and wanted.campaign not in dict(titles):
        titles += campaigns.filter(Q(code=wanted.campaign)).values_list("code", "title")
    points = list(points_of(merchant).values_list("code", "name")[:CHOICES_SHOWN])
    channels = list(channels_of(merchant).values_list("code", "name")[:CHOICES_SHOWN])
    backs = [(name, word) for name, (word, _rows) in REFUNDS.items()]
    return [
        Choice("campaign", _("全部活动"), titles, wanted.campaign),
        Choice("point", _("全部自提点"), [*points, (TO_THE_DOOR, _("送货上门"))], wanted.point),
        Choice("refund", _("退没退都看"), backs, wanted.refund),
        Choice("only", _("谁的都看"), [(name, word) for name, (word, _orders) in NARROW.items()], wanted.only),
        *([Choice("channel", _("全部渠道"), channels, wanted.channel)] if channels else []),
    ]
