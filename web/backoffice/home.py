"""The way in, and what waits today."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.selectors.staff import application_of, merchants_of
from analytics.selectors.dashboard import dashboard
from campaigns.models import Campaign
from catalog.selectors.stock import stocks_of
from web.access import person, signed_in
from web.backoffice.access import Right, Shop, needs
from web.backoffice.overview.chart import chart
from web.backoffice.overview.running import running, seen
from web.backoffice.overview.tiles import tiles
from web.backoffice.overview.waits import waits_of
from web.backoffice.shell import show

LOW_SHOWN = 6
NOTHING_NEW = 204
RANGES = {"1": _("今天"), "7": _("近 7 天"), "30": _("近 30 天"), "90": _("近 90 天")}
DEFAULT_DAYS = 7


@signed_in
def entry(request: HttpRequest) -> HttpResponse:
    """My only shop, a choice of several, or what became of my application."""
    shops = list(merchants_of(person(request))[:50])
    if len(shops) == 1:
        return redirect("backoffice:home", shops[0].code)
    context = {"shops": shops, "application": application_of(person(request)), "tab": "me"}
    return render(request, "backoffice/home/entry.html", context)


@needs(Right.HOME)
def home(request: HttpRequest, shop: Shop) -> HttpResponse:
    """What has to be done today comes first, each a link into its list; then how it goes, for who may know."""
    now = timezone.now()
    waits = waits_of(shop, now=now)
    context: dict[str, Any] = {"waits": waits, "is_busy": any(wait.count for wait in waits), "is_new": False}
    if Right.SELL in shop.rights:
        context |= _live(shop)
        context["is_new"] = not context["live"] and not Campaign.objects.filter(merchant=shop.merchant).exists()
    if Right.STOCK in shop.rights:
        context["low"] = stocks_of(shop.merchant, low_only=True)[:LOW_SHOWN]
    if Right.NUMBERS in shop.rights and not context["is_new"]:
        context |= _numbers(shop, request.GET.get("days", ""), now=now)
    return show(request, shop, "home/index.html", context, here="home")


@needs(Right.SELL)
def live(request: HttpRequest, shop: Shop) -> HttpResponse:
    """The running campaigns alone; 204 while nothing about them changed."""
    context = _live(shop)
    if request.GET.get("seen") == context["seen"]:
        return HttpResponse(status=NOTHING_NEW)
    return render(request, "backoffice/home/_live.html", context | {"shop": shop})


def _live(shop: Shop) -> dict[str, Any]:
    cards = running(shop)
    return {"live": cards, "seen": seen(cards)}


def _numbers(shop: Shop, asked: str, *, now: dt.datetime) -> dict[str, Any]:
    days = int(asked) if asked in RANGES else DEFAULT_DAYS
    shown = max(days, DEFAULT_DAYS)
    found = dashboard(shop.merchant.pk, days=days, charted=2 * shown, now=now)
    return {
        "tiles": tiles(shop, found.sales),
        "chart": chart(shop, found.daily, now=now),
        "chart_days": shown,
        "ranges": [(name, word, int(name) == days) for name, word in RANGES.items()],
    }
