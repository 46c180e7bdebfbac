"""J1: a bar for each day, with the sentence and the table that say the same."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils import timezone
from django.utils.translation import gettext as _

from analytics.selectors.dashboard import Day
from common.money import format_yuan
from web.backoffice.access import Shop
from web.backoffice.dates import Dates
from web.backoffice.shell import address
from web.charts import NARROW, WIDE, Drawing, draw
from web.templatetags.words import day as spoken


@dataclass(frozen=True)
class Row:
    """One day of the table, and the address of its orders."""

    day: Day
    url: str


@dataclass(frozen=True)
class Chart:
    """Both drawings, what they say in words, and the numbers behind them, today first."""

    drawings: Sequence[Drawing]
    says: str
    total_fen: int
    rows: Sequence[Row]


def chart(shop: Shop, days: Sequence[Day], *, now: dt.datetime) -> Chart:
    """The later half of these days, beside the earlier half."""
    half = len(days) // 2
    before, shown = days[:half], days[half:]
    values = [day.revenue_fen for day in shown]
    words = [f"{day.date.month}/{day.date.day}" for day in shown[:-1]] + [_("今天")]
    compared = [day.revenue_fen for day in before]
    return Chart(
        drawings=[draw(values, words, compared_fen=compared, paper=paper) for paper in (WIDE, NARROW)],
        says=_says(shown, now=now),
        total_fen=sum(values),
        rows=[Row(day, _orders_of(shop, day)) for day in reversed(shown)],
    )


def _says(days: Sequence[Day], *, now: dt.datetime) -> str:
    highest = max(days, key=lambda day: day.revenue_fen)
    at_noon = timezone.make_aware(dt.datetime.combine(highest.date, dt.time(12)))
    return _("近 %(days)s 天每日成交额柱状图，最高 %(day)s %(most)s，今天到 %(clock)s 为 %(today)s") % {
        "days": len(days),
        "day": spoken(at_noon),
        "most": format_yuan(highest.revenue_fen),
        "clock": f"{timezone.localtime(now):%H:%M}",
        "today": format_yuan(days[-1].revenue_fen),
    }


def _orders_of(shop: Shop, day: Day) -> str:
    return f"{address(shop, 'orders')}?{urlencode({'state': 'all'} | Dates(day.date, day.date).query)}"
