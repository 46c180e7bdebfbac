"""The page before the order: how many, where to, every fen explained; then one press."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from accounts.models import Address
from accounts.selectors.addresses import addresses_of
from campaigns.errors import QuoteForSomethingElse
from campaigns.selectors.views import CampaignView, campaign_view
from campaigns.services.joining import join as place
from campaigns.services.joining import quote as ask
from campaigns.states import CampaignStatus
from common.errors import NotFound, Refusal
from orders.quotes import Quote
from web.access import person, signed_in
from web.htmx import wants_part
from web.idempotency import new_key, once_per_form
from web.price_lines import SaidLine, said
from web.storefront.joining.wish import Wish, most_of, read_wish

TOKEN = "quote"
QUOTED_WHERE = "quoted_where"
REQUOTE = "requote"


@signed_in
def join(request: HttpRequest, code: str) -> HttpResponse:
    """GET quotes what the address asks for, POST orders it at the price that was shown, or only quotes it anew."""
    user, now = person(request), timezone.now()
    view = campaign_view(code, viewer=user, now=now)
    if request.method == "GET" and not _is_open(view, now):
        return redirect("storefront:campaign", code)
    addresses = list(addresses_of(user))
    wish = read_wish(request.POST if request.method == "POST" else request.GET, view, addresses)
    refusal = None
    if request.method == "POST" and REQUOTE not in request.POST:
        try:
            return redirect(once_per_form(request, lambda: _place(request, code, wish)))
        except NotFound:
            raise
        except Refusal as said_no:
            refusal = said_no
    return _page(request, view, wish, addresses, refusal)


def _is_open(view: CampaignView, now: dt.datetime) -> bool:
    return view.campaign.status == CampaignStatus.OPEN and now < view.campaign.closes_at


def _place(request: HttpRequest, code: str, wish: Wish) -> str:
    token = request.POST.get(TOKEN, "")
    if token and request.POST.get(QUOTED_WHERE) != wish.where:
        raise QuoteForSomethingElse
    order = place(
        buyer=person(request),
        code=code,
        lines=wish.lines,
        fulfilment=wish.fulfilment,
        quote_token=token,
        now=timezone.now(),
    )
    return reverse("storefront:pay", args=[order.number])


def _page(
    request: HttpRequest, view: CampaignView, wish: Wish, addresses: list[Address], refusal: Refusal | None
) -> HttpResponse:
    context: dict[str, Any] = {
        "tab": "hall",
        "view": view,
        "card": view.card,
        "campaign": view.campaign,
        "wish": wish,
        "choices": [(sku, wish.quantities[sku.code], most_of(sku, view)) for sku in view.skus],
        "addresses": addresses if view.campaign.delivers else [],
        "refusal": refusal,
        "key": new_key(),
    } | _quoted(request, view, wish)
    fragment = wants_part(request) and request.method == "GET"
    template = "storefront/joining/_quote.html" if fragment else "storefront/joining/index.html"
    return render(request, template, context, status=refusal.status if refusal else 200)


def _quoted(request: HttpRequest, view: CampaignView, wish: Wish) -> dict[str, Any]:
    """The quote and its lines, or why there is none."""
    try:
        quote = ask(
            buyer=person(request),
            code=view.campaign.code,
            lines=wish.lines,
            fulfilment=wish.fulfilment,
            now=timezone.now(),
        )
    except NotFound:
        raise
    except Refusal as no:
        return {"no_quote": no}
    return {"quote": quote, "lines": _lines(quote), "back_fen": _back_fen(view, quote)}


def _lines(quote: Quote) -> list[SaidLine]:
    several = len(quote.items) > 1
    names = {
        position: quote.items[line.item].specification or quote.items[line.item].product_name
        for position, line in enumerate(quote.price_lines)
        if several and line.item is not None
    }
    return said(quote.price_lines, names)


def _back_fen(view: CampaignView, quote: Quote) -> int:
    """What would come back if the next step were the last one."""
    next_prices = {sku.code: sku.ladder.next_price_fen for sku in view.skus}
    return sum(
        max(0, item.unit_price_fen - (next_prices[item.sku_code] or item.unit_price_fen)) * item.quantity
        for item in quote.items
    )
