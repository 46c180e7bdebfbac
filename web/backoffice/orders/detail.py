"""One order as its merchant sees it: what, for whom (masked), how far, every fen."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.models import Campaign
from campaigns.sources import SOURCE
from common.errors import Refusal
from common.masking import mask_phone
from orders.models import Order
from orders.selectors.after_sales import can_be_refunded, left_of
from orders.selectors.orders import for_merchant, refunds_of, timeline
from orders.services import fulfilment
from orders.states import OrderStatus
from web.backoffice.access import Right, Shop, needs
from web.backoffice.shell import address, show
from web.idempotency import once_per_form
from web.pictures import first_pictures
from web.price_lines import SaidLine, said


@dataclass(frozen=True)
class Step:
    """One entry of the timeline."""

    what: str
    at: dt.datetime
    more: str = ""


@needs(Right.ORDERS)
def order(request: HttpRequest, shop: Shop, number: str) -> HttpResponse:
    """One of ours, or not there."""
    ours = for_merchant(shop.merchant, number)
    lines = list(ours.lines.all())
    pictures = first_pictures(line.sku.product_id for line in lines)
    context: dict[str, Any] = {
        "order": ours,
        "goods": [(line, pictures.get(line.sku.product_id, "")) for line in lines],
        "lines": _money(ours),
        "timeline": steps(ours),
        "refunds": refunds_of(ours) if Right.REFUNDS in shop.rights else [],
        "refundable": Right.REFUNDS in shop.rights and can_be_refunded(ours) and left_of(ours).total_fen > 0,
        "phone": mask_phone(ours.recipient_phone or ours.buyer.phone),
        "campaign": _campaign(ours),
        "deliverable": ours.status == OrderStatus.READY and ours.pickup_point is None and Right.FULFIL in shop.rights,
    }
    return show(request, shop, "orders/order.html", context, here="orders")


@needs(Right.FULFIL)
@require_POST
def deliver(request: HttpRequest, shop: Shop, number: str) -> HttpResponse:
    """It was brought to the buyer's door."""
    ours = for_merchant(shop.merchant, number)
    try:
        target = once_per_form(request, lambda: _deliver(shop, ours))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("backoffice:order", shop.code, number)
    messages.success(request, _("已记下送达，买家会收到消息"))
    return redirect(target)


def _deliver(shop: Shop, ours: Order) -> str:
    fulfilment.deliver(merchant=shop.merchant, number=ours.number, actor_id=shop.actor_id, now=timezone.now())
    return address(shop, "order", ours.number)


def _money(ours: Order) -> list[SaidLine]:
    price_lines = list(ours.price_lines.order_by("position").select_related("line"))
    names = {
        position: line.line.specification or line.line.product_name
        for position, line in enumerate(price_lines)
        if line.line and len(ours.lines.all()) > 1
    }
    return said(price_lines, names)


def _campaign(ours: Order) -> Campaign | None:
    if ours.source_kind != SOURCE:
        return None
    return Campaign.objects.filter(merchant=ours.merchant, code=ours.source_code).first()


def steps(ours: Order) -> list[Step]:
    """The timeline in words, newest first."""
    words = {
        OrderStatus.PENDING_PAYMENT: _("下单，等付款"),
        OrderStatus.PAID: _("已付款，等成团"),
        OrderStatus.PREPARING: _("成团了，备货"),
        OrderStatus.READY: _("备好了，等买家来取") if ours.pickup_point else _("备好了，等送货"),
        OrderStatus.RECEIVED: _("已取货") if ours.pickup_point else _("已送达"),
        OrderStatus.COMPLETED: _("已完成"),
        OrderStatus.EXPIRED: _("没有付款，已过期"),
        OrderStatus.CANCELLED: _("已取消"),
    }
    return [Step(words[OrderStatus(entry.state)], entry.at, _(entry.reason)) for entry in reversed(timeline(ours))]
