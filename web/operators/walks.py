"""The money walk for operators: of the house, of a merchant, of a campaign, of an order."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import Merchant
from campaigns.models import Campaign
from campaigns.sources import SOURCE
from orders.locks import SUBJECT
from orders.models import Order
from orders.models.order import OrderQuerySet
from payments.selectors.ledger import money_of, money_of_house, money_of_merchant
from web.keyset import keyset_page
from web.walks import paid_orders, rows_of, steps_of, walk

MAY_WALK = "payments.view_ledgertransaction"
PAGE = 50
View = Callable[..., HttpResponse]


def _books_open(view: View) -> View:
    """Only for operators who may read the ledger."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm(MAY_WALK):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return require_GET(guarded)


@_books_open
def house(request: HttpRequest) -> HttpResponse:
    """All the money there is; a number or code typed leads to the walk of that thing."""
    if typed := request.GET.get("q", "").strip():
        return _find(request, typed)
    return _page(request, _("整个平台"), walk=walk(money_of_house()), **_listed(request, Order.objects.all()))


@_books_open
def order(request: HttpRequest, number: str) -> HttpResponse:
    """Every fen of one order, entry by entry."""
    found = get_object_or_404(Order, number=number)
    return _page(request, found.number, walk=walk(money_of(SUBJECT, [number])), steps=steps_of(found))


@_books_open
def campaign(request: HttpRequest, code: str) -> HttpResponse:
    """All money of a campaign, and where that of each order lies."""
    found = get_object_or_404(Campaign, code=code)
    orders = Order.objects.from_source(SOURCE, code)
    money = money_of(SUBJECT, orders.values("number"))
    return _page(request, found.title, walk=walk(money), **_listed(request, orders))


@_books_open
def merchant(request: HttpRequest, code: str) -> HttpResponse:
    """All money of a merchant's orders."""
    found = get_object_or_404(Merchant, code=code)
    orders = Order.objects.filter(merchant=found)
    return _page(request, found.name, walk=walk(money_of_merchant(found.pk)), **_listed(request, orders))


def _find(request: HttpRequest, typed: str) -> HttpResponse:
    """An order by its number, a campaign or a merchant by its code."""
    if Order.objects.filter(number=typed).exists():
        return redirect("admin:walk_order", typed)
    if Campaign.objects.filter(code=typed.upper()).exists():
        return redirect("admin:walk_campaign", typed.upper())
    if Merchant.objects.filter(code=typed.upper()).exists():
        return redirect("admin:walk_merchant", typed.upper())
    messages.error(request, _("没有这个订单号、活动编号或商家编号"))
    return redirect("admin:walk")


def _page(request: HttpRequest, about: str, **context: Any) -> HttpResponse:
    frame = admin.site.each_context(request) | {"title": _("资金去向"), "about": about}
    return render(request, "admin/walk.html", frame | context)


def _listed(request: HttpRequest, orders: OrderQuerySet) -> dict[str, Any]:
    page = keyset_page(request.GET, paid_orders(orders), size=PAGE)
    return {"page": page, "rows": rows_of(page)}
