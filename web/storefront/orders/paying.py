"""Paying: choose how, go to the gateway, come back and wait for what it says."""

import datetime as dt
import re

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache

from common.errors import NotFound, Refusal
from orders.errors import BadBalanceAmount
from orders.models import Order
from orders.selectors.balance import offer_of
from orders.selectors.orders import payments_of
from orders.states import OrderStatus
from payments.errors import GatewayRefused, GatewayUnavailable, OpenidNeeded
from payments.gateways.choice import gateways_of
from payments.services.querying import resolve
from payments.states import PaymentStatus
from web.access import own_order, signed_in
from web.clients import payer_client
from web.gateways import gateway_hint, gateway_word
from web.htmx import wants_part
from web.pictures import with_pictures
from web.storefront.orders.beginning import begin

ASK_AGAIN = dt.timedelta(seconds=5)
NOTHING_NEW = 204
WHOLE_NUMBER = re.compile(r"[0-9]{1,9}")


@never_cache
@signed_in
def pay(request: HttpRequest, number: str) -> HttpResponse:
    """Choose a gateway, and whether the balance pays a part or all of it; POST starts the payment and goes on to the
    gateway's page, unless nothing is left to pay there."""
    mine = own_order(request, number)
    if mine.status != OrderStatus.PENDING_PAYMENT:
        return redirect("storefront:order", mine.number)
    refusal = None
    if request.method == "POST":
        try:
            payment = begin(request, mine, request.POST.get("gateway", ""), balance_fen=_balance_fen(request))
            return redirect("storefront:to-gateway", mine.number, payment.number)
        except NotFound:
            raise
        except OpenidNeeded:
            return redirect("storefront:wechat-identity", mine.number, request.POST["gateway"])
        except Refusal as no:
            refusal = no
    device = payer_client(request).device
    gateways = [(name, gateway_word(name), gateway_hint(name, device)) for name in gateways_of(mine.merchant.code)]
    failed = any(payment.status == PaymentStatus.FAILED for payment in payments_of(mine))
    context = {"tab": "orders", "order": mine, "gateways": gateways, "refusal": refusal, "failed": failed}
    context |= {"goods": with_pictures(list(mine.lines.all())), "balance": offer_of(mine)}
    return render(request, "storefront/paying/index.html", context, status=refusal.status if refusal else 200)


@never_cache
@signed_in
def paid(request: HttpRequest, number: str) -> HttpResponse:
    """Back from the gateway: wait for the result, which comes by message, or by asking."""
    mine = own_order(request, number)
    unclear = _ask(mine)
    mine = own_order(request, number)
    waiting = mine.status == OrderStatus.PENDING_PAYMENT
    pending = next((one for one in payments_of(mine) if waiting and one.status == PaymentStatus.PENDING), None)
    if not waiting:
        return _go(request, reverse("storefront:order", args=[mine.number]))
    if not pending:
        return _go(request, reverse("storefront:pay", args=[mine.number]))
    if wants_part(request) and not unclear:
        return HttpResponse(status=NOTHING_NEW)
    context = {"tab": "orders", "order": mine, "payment": pending, "unclear": unclear}
    return render(
        request, "storefront/paying/_waiting.html" if wants_part(request) else "storefront/paying/paid.html", context
    )


def _balance_fen(request: HttpRequest) -> int:
    """How much of the balance was shown and chosen. Raises BadBalanceAmount for what no page of ours has sent."""
    said = request.POST.get("balance", "0")
    if not WHOLE_NUMBER.fullmatch(said):
        raise BadBalanceAmount
    return int(said)


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
