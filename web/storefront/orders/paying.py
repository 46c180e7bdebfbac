"""Paying: choose how, go to the gateway, come back and wait for what it says."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from common.errors import NotFound, Refusal
from orders.models import Order
from orders.selectors.orders import payments_of
from orders.states import OrderStatus
from payments.errors import GatewayRefused, GatewayUnavailable, OpenidNeeded
from payments.gateways.choice import gateways_of
from payments.services.querying import resolve
from payments.states import PaymentStatus
from web.access import own_order, signed_in
from web.gateways import gateway_word
from web.htmx import wants_part
from web.pictures import with_pictures
from web.storefront.orders.beginning import begin

ASK_AGAIN = dt.timedelta(seconds=5)
NOTHING_NEW = 204


@never_cache
@signed_in
def pay(request: HttpRequest, number: str) -> HttpResponse:
    """Choose a gateway; POST starts the payment there and goes on to its page."""
    mine = own_order(request, number)
    if mine.status != OrderStatus.PENDING_PAYMENT:
        return redirect("storefront:order", mine.number)
    refusal = None
    if request.method == "POST":
        try:
            payment = begin(request, mine, request.POST.get("gateway", ""))
            return redirect("storefront:to-gateway", mine.number, payment.number)
        except NotFound:
            raise
        except OpenidNeeded:
            return redirect("storefront:wechat-identity", mine.number, request.POST["gateway"])
        except Refusal as no:
            refusal = no
    gateways = [(name, gateway_word(name)) for name in gateways_of(mine.merchant.code)]
    failed = any(payment.status == PaymentStatus.FAILED for payment in payments_of(mine))
    context = {"tab": "orders", "order": mine, "gateways": gateways, "refusal": refusal, "failed": failed}
    context["goods"] = with_pictures(list(mine.lines.all()))
    return render(request, "storefront/paying/index.html", context, status=refusal.status if refusal else 200)


@never_cache
@signed_in
def paid(request: HttpRequest, number: str) -> HttpResponse:
    """Back from the gateway: wait for the result, which comes by message, or by asking."""
    mine = own_order(request, number)
    unclear = _ask(mine)
    mine = own_order(request, number)
    waiting = mine.status == OrderStatus.PENDING_PAYMENT
    pending = waiting and any(one.status == PaymentStatus.PENDING for one in payments_of(mine))
    if not waiting:
        return _go(request, reverse("storefront:order", args=[mine.number]))
    if not pending:
        return _go(request, reverse("storefront:pay", args=[mine.number]))
    if wants_part(request) and not unclear:
        return HttpResponse(status=NOTHING_NEW)
    context = {"tab": "orders", "order": mine, "unclear": unclear}
    return render(
        request, "storefront/paying/_waiting.html" if wants_part(request) else "storefront/paying/paid.html", context
    )


def _ask(mine: Order) -> bool:
    """Ask the gateway about what is pending, at most every few seconds; True when it does not answer."""
    now = timezone.now()
    for payment in payments_of(mine):
        asked_lately = payment.queried_at is not None and now - payment.queried_at < ASK_AGAIN
        if payment.status == PaymentStatus.PENDING and not asked_lately:
            try:
                resolve(payment=payment, now=now, close=False)
            except (GatewayUnavailable, GatewayRefused):
                return True
    return False


def _go(request: HttpRequest, url: str) -> HttpResponse:
    """A redirect that HTMX follows with the whole page."""
    if not wants_part(request):
        return redirect(url)
    answer = HttpResponse(status=NOTHING_NEW)
    answer["HX-Redirect"] = url
    return answer
