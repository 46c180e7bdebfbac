"""The numbers of a shop: tiles, charts, the table that says the same; then which campaigns and codes they came of."""

from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from analytics.figures import Figures
from analytics.metrics import METRICS, metrics
from analytics.models import CampaignDay, ChannelDay, MerchantDay
from analytics.selectors.facts import best_of, by_owner, report
from campaigns.models import Campaign
from common.clock import day_of
from marketing.models import ChannelCode
from web.backoffice.access import Right, Shop, needs
from web.backoffice.numbers.links import rows_behind
from web.backoffice.shell import show
from web.numbers.asked import Asked, read_asked
from web.numbers.charts import charts_of
from web.numbers.tables import COLUMNS, rows_of, tiles_of

MOST_LISTED = 10
LISTED = ("visitors", "joiners", "buyers", "paid_fen", "refunded_fen")


@dataclass(frozen=True)
class Part:
    """A campaign or a channel code, and what it brought."""

    name: str
    code: str
    figures: Figures


@needs(Right.NUMBERS)
def numbers(request: HttpRequest, shop: Shop) -> HttpResponse:
    """From facts alone, in a number of queries that does not grow with the orders."""
    asked = read_asked(request.GET, today=day_of(timezone.now()))
    found = report(
        MerchantDay.objects.filter(merchant=shop.merchant), since=asked.since, until=asked.until, step=asked.step
    )
    link = partial(rows_behind, shop)
    context: dict[str, Any] = {
        "asked": asked,
        "report": found,
        "is_empty": found.now == Figures() == found.before,
        "tiles": tiles_of(found, link),
        "charts": charts_of(found, asked.step),
        "columns": metrics(COLUMNS),
        "visitors": METRICS["visitors"].name,
        "rows": rows_of(found, asked.step, link),
        "campaigns": _campaigns(shop, asked),
        "channels": _channels(shop, asked),
    }
    return show(request, shop, "numbers/index.html", context, here="numbers")


def _campaigns(shop: Shop, asked: Asked) -> list[Part]:
    """Those that brought most in these days. Two queries."""
    if Right.SELL not in shop.rights:
        return []
    facts = CampaignDay.objects.filter(merchant=shop.merchant, day__gte=asked.since, day__lte=asked.until)
    return _parts(best_of(facts, "campaign_id", LISTED, limit=MOST_LISTED), Campaign.objects.all(), "title")


def _channels(shop: Shop, asked: Asked) -> list[Part]:
    """The codes that brought most in these days. Two queries."""
    if Right.SELL not in shop.rights:
        return []
    facts = ChannelDay.objects.filter(channel__merchant=shop.merchant, day__gte=asked.since, day__lte=asked.until)
    return _parts(by_owner(facts, "channel_id"), ChannelCode.objects.all(), "name")


def _parts(found: Any, owners: QuerySet, name: str) -> list[Part]:
    first = sorted(found, key=lambda pk: (-found[pk].revenue_fen, -found[pk].visitors, pk))[:MOST_LISTED]
    named = owners.in_bulk(first)
    return [Part(getattr(named[pk], name), named[pk].code, found[pk]) for pk in first]
