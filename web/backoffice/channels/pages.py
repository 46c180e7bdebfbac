"""The codes of a shop, one of them from the scan to the money, and its QR code."""

import datetime as dt
import io
from typing import Any

import segno
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from analytics.figures import Figures
from analytics.models import ChannelDay
from analytics.selectors.facts import by_owner, report, whole
from analytics.selectors.periods import ONE_DAY
from common.clock import day_of
from common.errors import Refusal
from marketing.models import ChannelCode
from marketing.selectors.channels import channel_of, channels_of
from marketing.services.channels import make_channel, switch_channel
from web.backoffice.access import Right, Shop, needs
from web.backoffice.channels.forms import ChannelForm
from web.backoffice.numbers.links import rows_behind
from web.backoffice.shell import address, show, without_page
from web.idempotency import once_per_form
from web.keyset import Stretch, page_of_stretches
from web.numbers.funnels import funnel

DAYS_SHOWN = 30


@needs(Right.SELL)
def channels(request: HttpRequest, shop: Shop) -> HttpResponse:
    """All of them with what they brought, and the form that makes one more. Facts alone, one query for all."""
    form = ChannelForm(request.POST or None, merchant=shop.merchant)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(once_per_form(request, lambda: _make(shop, form.cleaned_data)))
        except Refusal as refusal:
            form.refuse(refusal)
    codes = channels_of(shop.merchant)
    in_use, retired = codes.filter(retired_at=None), codes.exclude(retired_at=None)
    page = page_of_stretches(request.GET, [Stretch(in_use), Stretch(retired, ("-retired_at", "-pk"))])
    brought = by_owner(ChannelDay.objects.filter(channel__in=list(page)), "channel_id")
    context = {
        "page": page,
        "channels": [(channel, brought.get(channel.pk, Figures())) for channel in page],
        "query": without_page(request),
        "form": form,
    }
    return show(request, shop, "channels/index.html", context, here="numbers", status=400 if form.errors else 200)


@needs(Right.SELL)
def channel(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """One code: what to print, and what came of it, day by day."""
    shown = channel_of(shop.merchant, code)
    facts = ChannelDay.objects.filter(channel=shown)
    today = day_of(timezone.now())
    figures, first = whole(facts), day_of(shown.made_at)
    lately = report(facts, since=today - (DAYS_SHOWN - 1) * ONE_DAY, until=today)
    context = {
        "channel": shown,
        "figures": figures,
        "funnel": funnel(figures, urls=_urls(shop, shown, first, today)),
        "orders_url": rows_behind(shop, "orders", first, today, channel=shown.code),
        "days": [
            (day, rows_behind(shop, "orders", day.since, day.until, channel=shown.code))
            for day in reversed(lately.stretches)
            if day.figures != Figures()
        ],
        "address": _address_of(request, shown),
    }
    return show(request, shop, "channels/channel.html", context, here="numbers")


@needs(Right.SELL)
@require_POST
def switch(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """Stop counting by a code, or count again."""
    shown, on = channel_of(shop.merchant, code), request.POST.get("to") == "on"
    switch_channel(channel=shown, in_use=on, actor_id=shop.actor_id, now=timezone.now())
    messages.success(request, _("已启用，扫码重新计数") if on else _("已停用：印出去的码还能打开，不再计数"))
    return redirect("backoffice:channel", shop.code, shown.code)


@needs(Right.SELL)
def qr(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """The QR code, sharp at every size; `?save` hands it out as a file."""
    shown = channel_of(shop.merchant, code)
    drawn = io.BytesIO()
    segno.make(_address_of(request, shown), error="m").save(drawn, kind="svg", border=2, scale=8)
    answer = HttpResponse(drawn.getvalue(), content_type="image/svg+xml")
    if "save" in request.GET:
        answer["Content-Disposition"] = f'attachment; filename="channel-{shown.code}.svg"'
    return answer


def _make(shop: Shop, typed: dict[str, Any]) -> str:
    made = make_channel(merchant=shop.merchant, actor_id=shop.actor_id, now=timezone.now(), **typed)
    return address(shop, "channel", made.code)


def _urls(shop: Shop, shown: ChannelCode, since: dt.date, until: dt.date) -> dict[str, str]:
    return {key: rows_behind(shop, key, since, until, channel=shown.code) for key in ("joiners", "buyers")}


def _address_of(request: HttpRequest, shown: ChannelCode) -> str:
    return request.build_absolute_uri(reverse("storefront:channel", args=[shown.code]))
