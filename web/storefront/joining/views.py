"""The page before the order: how many, where to, every fen explained; then one press."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from campaigns.errors import QuoteForSomethingElse
from campaigns.selectors.views import CampaignView, campaign_view
from campaigns.services.joining import join as place
from campaigns.sources import SOURCE
from campaigns.states import CampaignStatus
from common.errors import NotFound, Refusal
from orders.models import Order
from orders.selectors.orders import unpaid_of
from web.access import person, signed_in
from web.devices import sight
from web.htmx import wants_part
from web.idempotency import new_key, once_per_form
from web.storefront.joining.quoting import quoted
from web.storefront.joining.table import Table, listed, table_of
from web.storefront.joining.wish import most_of
from web.storefront.sharing.arriving import credit_order
from web.storefront.sharing.channels import credit_channels

TOKEN = "quote"
QUOTED_WHERE = "quoted_where"
REQUOTE = "requote"
NEW_ADDRESS = "new_address"
ANOTHER = "another"


@signed_in
def join(request: HttpRequest, code: str) -> HttpResponse:
    """GET quotes what the address asks for, POST orders it at the price that was shown, or only quotes it anew."""
    now = timezone.now()
    view = campaign_view(code, viewer=person(request), now=now)
    if request.method == "GET" and not _is_open(view, now):
        return redirect("storefront:campaign", code)
    table = table_of(request, view)
    if NEW_ADDRESS in request.POST:
        return redirect(reverse("storefront:address-new", query={"next": _way_back(table)}))
    refusal = None
    if request.method == "POST" and REQUOTE not in request.POST:
        try:
            answer = redirect(once_per_form(request, lambda: _place(request, table)))
            sight(request, answer, person(request), now=now)
            return answer
        except NotFound:
            raise
        except Refusal as said_no:
            refusal = said_no
    return _page(request, table, refusal)


def _is_open(view: CampaignView, now: dt.datetime) -> bool:
    return view.campaign.status == CampaignStatus.OPEN and now < view.campaign.closes_at


def _way_back(table: Table) -> str:
    return f"{reverse('storefront:join', args=[table.view.campaign.code])}?{table.wish.with_new_address()}"


def _place(request: HttpRequest, table: Table) -> str:
    token, code = request.POST.get(TOKEN, ""), table.view.campaign.code
    if token and request.POST.get(QUOTED_WHERE) != table.wish.where:
        raise QuoteForSomethingElse
    # Back in the browser may fetch this page anew; the same wish again is meant once, unless it is said to be another.
    same = next((order for order in _unpaid(request, code) if table.wish.is_met_by(order, table.addresses)), None)
    if same is None or ANOTHER in request.POST:
        same = place(
            buyer=person(request),
            code=code,
            lines=table.wish.lines,
            fulfilment=table.wish.fulfilment,
            choices=table.wish.choices,
            quote_token=token,
            now=timezone.now(),
        )
        credit_order(request, same)
        credit_channels(request, same, now=timezone.now())
    return reverse("storefront:pay", args=[same.number])


def _unpaid(request: HttpRequest, code: str) -> list[Order]:
    return unpaid_of(person(request), source_kind=SOURCE, source_code=code, now=timezone.now())


def _page(request: HttpRequest, table: Table, refusal: Refusal | None) -> HttpResponse:
    view = table.view
    context: dict[str, Any] = {
        "tab": "hall",
        "view": view,
        "card": view.card,
        "campaign": view.campaign,
        "table": table,
        "wish": table.wish,
        "choices": [(sku, table.wish.quantities[sku.code], most_of(sku, view)) for sku in view.skus],
        "unpaid": next(iter(_unpaid(request, view.campaign.code)), None),
        "refusal": refusal,
        "key": new_key(),
    } | listed(table)
    context |= quoted(person(request), table)
    fragment = wants_part(request) and request.method == "GET"
    template = "storefront/joining/_quote.html" if fragment else "storefront/joining/index.html"
    return render(request, template, context, status=refusal.status if refusal else 200)
