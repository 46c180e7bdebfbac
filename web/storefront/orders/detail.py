"""One order: how it stands, the code to show, what came back, every fen; and taking it back."""

from typing import Any

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from campaigns.selectors.steps import steps_reached
from campaigns.selectors.views import CampaignView
from campaigns.services.leaving import why_not, withdraw
from common.errors import NotFound, Refusal
from community.selectors.reviews import to_review
from orders.models import Order, OrderLine
from orders.selectors.balance import offer_of
from orders.selectors.orders import payments_of, refunds_of, timeline
from orders.states import OrderStatus
from payments.models import Refund
from payments.states import BALANCE, RefundKind, RefundRoute
from web.access import own_order, person, signed_in
from web.gateways import paid_by
from web.pictures import with_pictures
from web.price_lines import said
from web.refund_progress import progress_of
from web.storefront.orders import sentences
from web.storefront.orders.moving import can_move, view_of

CAN_BE_TAKEN_BACK = (OrderStatus.PENDING_PAYMENT, OrderStatus.PAID)


@signed_in
def order(request: HttpRequest, number: str) -> HttpResponse:
    """Mine, or not there."""
    mine = own_order(request, number)
    refunds = refunds_of(mine)
    title, fact = sentences.headline(mine)
    lines = list(mine.lines.all())
    view = view_of(request, mine, now=timezone.now())
    context = {
        "tab": "orders",
        "order": mine,
        "title": title,
        "fact": fact,
        "goods": with_pictures(lines),
        "timeline": sentences.timeline(mine, timeline(mine), refunds, _around(mine, lines, view)),
        "refunds": [progress_of(refund, now=timezone.now()) for refund in refunds],
        "drops": sentences.drops(lines),
        "paid_by": paid_by(payments_of(mine)),
        "balance": offer_of(mine) if mine.status == OrderStatus.PENDING_PAYMENT else None,
        "qr": _qr(request, mine),
        "view": view,
        "leaving": _leaving(mine, view),
        "moving": can_move(mine, view, now=timezone.now()),
        "to_review": to_review([mine]),
    } | _money(mine, refunds)
    return render(request, "storefront/orders/order.html", context)


@signed_in
def leave(request: HttpRequest, number: str) -> HttpResponse:
    """Ask with numbers, then take the order back: unpaid it is cancelled, paid it is refunded in full."""
    mine = own_order(request, number)
    if mine.status not in CAN_BE_TAKEN_BACK:
        return redirect("storefront:order", mine.number)
    refusal = None
    if request.method == "POST":
        try:
            withdraw(buyer=person(request), order=mine, route=_route(request), now=timezone.now())
        except NotFound:
            raise
        except Refusal as no:
            refusal = no
        else:
            messages.success(request, _("已办好，名额让出来了"))
            return redirect("storefront:order", mine.number)
    lines = list(mine.lines.all())
    context = {
        "tab": "orders",
        "order": mine,
        "refusal": refusal,
        "lines": lines,
        "pieces": sum(line.quantity for line in lines),
    } | _ways_back(mine)
    return render(request, "storefront/orders/leave.html", context, status=refusal.status if refusal else 200)


def _around(mine: Order, lines: list[OrderLine], view: CampaignView | None) -> list[sentences.Said]:
    """The price of its first line coming down; the others come down with it."""
    if view is None or mine.paid_at is None or not lines:
        return []
    return sentences.on_the_way_down(mine, view, steps_reached(view.campaign, sku_id=lines[0].sku_id))


def _leaving(mine: Order, view: CampaignView | None) -> bool:
    """Whether the buyer may take it back now."""
    if mine.status == OrderStatus.PENDING_PAYMENT:
        return True
    return view is not None and not why_not(mine, view.campaign, now=timezone.now())


def _money(mine: Order, refunds: list[Refund]) -> dict[str, Any]:
    """The price lines, and what was spent in the end: what came late, twice or in part never was this order's."""
    price_lines = list(mine.price_lines.order_by("position").select_related("line"))
    several = len({line.line_id for line in price_lines if line.line_id}) > 1
    names = {
        position: line.line.specification or line.line.product_name
        for position, line in enumerate(price_lines)
        if several and line.line
    }
    outside = (RefundKind.LATE, RefundKind.DUPLICATE, RefundKind.UNPAID)
    back_fen = sum(refund.amount_fen for refund in refunds if refund.kind not in outside)
    return {
        "lines": said(price_lines, names, fetched=mine.pickup_point_id is not None),
        "back_fen": back_fen,
        "spent_fen": mine.payable_fen - back_fen,
    }


def _ways_back(mine: Order) -> dict[str, Any]:
    """How it was paid, what goes back to the balance in any case, and whether there is a choice for the rest."""
    applied = [payment for payment in payments_of(mine) if payment.applied]
    at_gateways = [payment for payment in applied if payment.gateway != BALANCE]
    return {
        "paid_by": paid_by(applied),
        "gateway": paid_by(at_gateways),
        "choice": RefundRoute.BALANCE if mine.buyer.refund_to_balance else RefundRoute.ORIGINAL,
        "balance": offer_of(mine) if mine.status == OrderStatus.PENDING_PAYMENT else None,
        "to_balance_fen": sum(payment.amount_fen for payment in applied if payment.gateway == BALANCE),
    }


def _route(request: HttpRequest) -> RefundRoute | None:
    """What the leaver has just chosen; without an answer it is what they chose once and for all."""
    said = request.POST.get("route")
    return next((route for route in (RefundRoute.ORIGINAL, RefundRoute.BALANCE) if route == said), None)


def _qr(request: HttpRequest, mine: Order) -> SafeString | str:
    """A picture that opens the verification page with this code on the leader's phone."""
    if mine.status != OrderStatus.READY or not mine.pickup_code:
        return ""
    address = request.build_absolute_uri(f"{reverse('storefront:pickups')}?code={mine.pickup_code}")
    return mark_safe(segno.make(address, error="m").svg_inline(omitsize=True, border=0, dark="#19211d"))
