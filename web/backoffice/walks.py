"""The money walk for a merchant: of one order, of one campaign, of the whole shop."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.sources import SOURCE
from orders.locks import SUBJECT
from orders.models import Order
from orders.models.order import OrderQuerySet
from orders.selectors.orders import for_merchant
from payments.selectors.ledger import money_of, money_of_merchant
from web.backoffice.access import Right, Shop, needs
from web.backoffice.campaigns.reading import of_shop
from web.backoffice.shell import address, show, without_page
from web.keyset import keyset_page
from web.walks import paid_orders, rows_of, steps_of, walk


@needs(Right.NUMBERS)
def order(request: HttpRequest, shop: Shop, number: str) -> HttpResponse:
    """Every fen of one of our orders, entry by entry."""
    ours = for_merchant(shop.merchant, number)
    context = {
        "walk": walk(money_of(SUBJECT, [ours.number])),
        "steps": steps_of(ours),
        "about": ours.number,
        "back": (_("订单"), address(shop, "order", ours.number)),
    }
    return show(request, shop, "walks/walk.html", context, here="orders")


@needs(Right.NUMBERS)
def campaign(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """All money of one of our campaigns, and where that of each order lies."""
    ours = of_shop(shop, code)
    orders = Order.objects.filter(merchant=shop.merchant).from_source(SOURCE, ours.code)
    way_back = (_("团购活动"), address(shop, "campaign", ours.code))
    context = {"walk": walk(money_of(SUBJECT, orders.values("number"))), "about": ours.title, "back": way_back}
    return show(request, shop, "walks/walk.html", context | _listed(request, orders), here="campaigns")


@needs(Right.NUMBERS)
def everything(request: HttpRequest, shop: Shop) -> HttpResponse:
    """All money of the shop."""
    orders = Order.objects.filter(merchant=shop.merchant)
    way_back: tuple[Promise, str] = (_("概览"), address(shop, "home"))
    context = {"walk": walk(money_of_merchant(shop.merchant.pk)), "about": shop.merchant.name, "back": way_back}
    return show(request, shop, "walks/walk.html", context | _listed(request, orders), here="home")


def _listed(request: HttpRequest, orders: OrderQuerySet) -> dict[str, Any]:
    page = keyset_page(request.GET, paid_orders(orders))
    return {"page": page, "rows": rows_of(page), "query": without_page(request)}
