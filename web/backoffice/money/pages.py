"""F4: the shop's money: what is held, what can be withdrawn, what was settled, and the orders behind every number."""

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orders.locks import SUBJECT
from orders.models import Order
from orders.selectors.completed import Brought, completed_of, held_of
from orders.states import OrderStatus
from payments.purses import Owner
from payments.selectors.ledger import Money, money_by_number
from payments.selectors.payouts import in_purse
from payments.selectors.statements import Settled, clawed_back_from, held_for, settled_by_number
from payments.states import Purse
from web.backoffice.access import Right, Shop, needs
from web.backoffice.dates import Dates, read_dates
from web.backoffice.money.statement import Row, asked_or_lately, kind_of, rows_of, total_of
from web.backoffice.shell import show, without_page
from web.keyset import Stretch, keyset_page, page_of_stretches

# The nearer to being received the earlier.
TO_BE_RECEIVED = (OrderStatus.READY, OrderStatus.PREPARING, OrderStatus.PAID, OrderStatus.PENDING_PAYMENT)
SHOWN: dict[str, str | Promise] = {"settled": _("已结算"), "clawed": _("售后追回"), "held": _("托管中")}


@needs(Right.MONEY)
def money(request: HttpRequest, shop: Shop) -> HttpResponse:
    """What there is, and the statement of the days asked for."""
    dates = asked_or_lately(read_dates(request.GET), now=timezone.now())
    rows = rows_of(shop.merchant, dates)
    context = {
        "held_fen": held_for(shop.merchant.pk),
        "purse_fen": in_purse(Owner(merchant=shop.merchant), Purse.MERCHANT),
        "dates": dates,
        "asked": urlencode(dates.query),
        "kept": bool(read_dates(request.GET).query),
        "by_month": kind_of(dates) == "month",
        "total": total_of(rows, dates),
        "rows": [(row, urlencode(row.dates.query)) for row in rows],
    }
    return show(request, shop, "money/index.html", context, here="money")


@needs(Right.MONEY)
def orders(request: HttpRequest, shop: Shop) -> HttpResponse:
    """The orders behind the numbers: settled on these days, taken back on them, or still held."""
    shown, dates = request.GET.get("show", ""), read_dates(request.GET)
    shown = shown if shown in SHOWN else "settled"
    context = {"shown": shown, "dates": dates, "query": without_page(request), "days": urlencode(dates.query)}
    context["report"] = f"money-{shown}"
    context |= {"tabs": list(SHOWN.items())} | LISTS[shown](request, shop, dates)
    return show(request, shop, "money/orders.html", context, here="money")


def _settled(request: HttpRequest, shop: Shop, dates: Dates) -> dict[str, Any]:
    page = keyset_page(
        request.GET, completed_of(shop.merchant).filter(dates.hold("completed_at")), by=("-completed_at", "-pk")
    )
    return {"page": page, "rows": settled_rows(list(page))}


def settled_rows(listed: list[Any]) -> list[tuple[Order, Row]]:
    """Completed orders, each with what it brought and what of it was settled; one query."""
    of_each = settled_by_number(SUBJECT, [order.number for order in listed])
    return [
        (order, Row(Dates(), Brought(1, order.payable_fen, order.granted_fen), of_each.get(order.number, Settled())))
        for order in listed
    ]


def _clawed(request: HttpRequest, shop: Shop, dates: Dates) -> dict[str, Any]:
    page = keyset_page(request.GET, clawed_back_from(shop.merchant.pk, dates.hold("transaction__booked_at")))
    return {"page": page, "rows": list(page)}


def _held(request: HttpRequest, shop: Shop, _dates: Dates) -> dict[str, Any]:
    """Those next to be settled first: what is received by its date, then what lies ready and so on by age."""
    held = held_of(shop.merchant)
    dated = Stretch(held.filter(status=OrderStatus.RECEIVED), ("completes_at", "pk"))
    others = [Stretch(held.filter(status=status), ("pk",)) for status in TO_BE_RECEIVED]
    page = page_of_stretches(request.GET, [dated, *others])
    now_of = money_by_number(SUBJECT, [order.number for order in page])
    return {"page": page, "rows": [(order, now_of.get(order.number, Money())) for order in page]}


LISTS = {"settled": _settled, "clawed": _clawed, "held": _held}
