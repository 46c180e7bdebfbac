"""The frame of every page: who is where, what the menu offers, what waits."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from orders.models import Order
from orders.states import OrderStatus
from web.backoffice.access import Right, Shop
from web.idempotency import new_key
from web.keyset import without_place


@dataclass(frozen=True)
class Door:
    """One entry of the menu."""

    name: str
    word: str | Promise
    icon: str
    right: Right


DOORS = (
    Door("home", _("概览"), "home", Right.HOME),
    Door("orders", _("订单"), "receipt", Right.ORDERS),
    Door("campaigns", _("团购活动"), "stairs", Right.SELL),
    Door("products", _("商品"), "box", Right.SELL),
    Door("stock", _("库存"), "layers", Right.STOCK),
    Door("refunds", _("退款"), "back", Right.REFUNDS),
    Door("money", _("资金"), "wallet", Right.MONEY),
    Door("numbers", _("数据"), "chart", Right.NUMBERS),
    Door("customers", _("顾客"), "neighbours", Right.CUSTOMERS),
    Door("coupons", _("营销"), "ticket", Right.SELL),
    Door("reviews", _("评价"), "chat", Right.ANSWER),
    Door("points", _("自提点"), "pin", Right.SELL),
    Door("staff", _("员工"), "users", Right.STAFF),
    Door("exports", _("导出记录"), "download", Right.HOME),
    Door("settings", _("设置"), "cog", Right.SETTINGS),
)
# A phone has room for five tabs; the fifth leads to all the others.
TABS = 4


def show(
    request: HttpRequest, shop: Shop, template: str, context: dict[str, Any], *, here: str, status: int = 200
) -> HttpResponse:
    """A page of the back office; `here` is the door it lies behind."""
    doors = [(door, address(shop, door.name)) for door in DOORS if door.right in shop.rights]
    frame = {
        "shop": shop,
        "doors": doors,
        "tabs_of_hand": doors[:TABS],
        "here": here,
        "to_prepare": Order.objects.filter(merchant=shop.merchant, status=OrderStatus.PREPARING).count(),
        "key": new_key(),
    }
    return render(request, f"backoffice/{template}", frame | context, status=status)


def address(shop: Shop, name: str, *args: Any) -> str:
    """Where a page of this shop is."""
    return reverse(f"backoffice:{name}", args=[shop.code, *args])


def without_page(request: HttpRequest) -> str:
    """The other parameters of the address, for links to other pages of the list."""
    return without_place(request.GET)
