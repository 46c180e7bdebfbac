"""J1: how the whole platform does, and which merchants; every number leads to its rows."""

import datetime as dt
from collections.abc import Mapping
from functools import partial
from typing import Any
from urllib.parse import urlencode

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from accounts.models import Merchant
from analytics.figures import Figures
from analytics.metrics import METRICS, metrics
from analytics.models import MerchantDay
from analytics.selectors.facts import by_owner, report
from analytics.selectors.periods import ONE_DAY
from common.clock import day_of, start_of
from web.numbers.asked import Asked, read_asked
from web.numbers.charts import charts_of
from web.numbers.tables import COLUMNS, rows_of, tiles_of

MAY_COUNT = "analytics.view_merchantday"
MOST_LISTED = 20
# The list, and the instant that says on which day a row counts; a number that is not here counts paid orders.
REFUNDS = ("payments_refund", "requested_at")
RESULTS = ("campaigns_campaign", "decided_at")
PLACED = ("orders_order", "placed_at")
PAID = ("orders_order", "paid_at")
LISTS: Mapping[str, tuple[str, str]] = {
    "placed": PLACED,
    "joiners": PLACED,
    "refunds": REFUNDS,
    "refunded_fen": REFUNDS,
    "returned_fen": REFUNDS,
    "refund_bp": REFUNDS,
    "decided": RESULTS,
    "succeeded": RESULTS,
    "success_bp": RESULTS,
}


@require_GET
def numbers(request: HttpRequest) -> HttpResponse:
    """From facts alone, in three queries."""
    if not request.user.has_perm(MAY_COUNT):
        raise PermissionDenied
    asked = read_asked(request.GET, today=day_of(timezone.now()))
    found = report(MerchantDay.objects.all(), since=asked.since, until=asked.until, step=asked.step)
    context: dict[str, Any] = {
        "title": _("平台数据"),
        "asked": asked,
        "report": found,
        "is_empty": found.now == Figures() == found.before,
        "tiles": tiles_of(found, rows_behind),
        "charts": charts_of(found, asked.step),
        "columns": metrics(COLUMNS),
        "visitors": METRICS["visitors"].name,
        "rows": rows_of(found, asked.step, rows_behind),
        "merchants": _merchants(asked),
    }
    return render(request, "admin/numbers.html", admin.site.each_context(request) | context)


def rows_behind(key: str, since: dt.date, until: dt.date, **narrowed: object) -> str:
    """The list of the admin that holds what a number of these days counts."""
    model, at = LISTS.get(key, PAID)
    days = {f"{at}__gte": start_of(since).isoformat(), f"{at}__lt": start_of(until + ONE_DAY).isoformat()}
    return f"{reverse(f'admin:{model}_changelist')}?{urlencode(days | narrowed)}"


def _merchants(asked: Asked) -> list[tuple[Merchant, Figures, str]]:
    """Those that sold most in these days. Two queries."""
    facts = MerchantDay.objects.filter(day__gte=asked.since, day__lte=asked.until)
    found = by_owner(facts, "merchant_id")
    first = sorted(found, key=lambda pk: (-found[pk].revenue_fen, pk))[:MOST_LISTED]
    named = Merchant.objects.in_bulk(first)
    link = partial(rows_behind, "orders", asked.since, asked.until)
    return [(named[pk], found[pk], link(merchant__id__exact=pk)) for pk in first]
