"""J1: what each day brought to a shop, in the words of `analytics.metrics`."""

from collections.abc import Callable
from dataclasses import dataclass
from dataclasses import fields as fields_of
from decimal import Decimal
from functools import partial
from typing import Any

from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy

from accounts.models import Merchant
from analytics.figures import Figures
from analytics.metrics import ALL, Metric, Unit
from analytics.models import MerchantDay
from common.exports.cells import Yuan
from common.exports.reports import Found
from web.backoffice.access import Right
from web.backoffice.dates import read_dates
from web.backoffice.exports.contributing import contribute

# Told of channel codes only.
OF_OTHERS = {"newcomers"}
COUNTED = [field.name for field in fields_of(Figures) if field.name not in OF_OTHERS]


@dataclass(frozen=True)
class DayRow:
    """A day and its numbers."""

    fact: MerchantDay
    figures: Figures


def days_of(merchant: Merchant, query: QueryDict) -> Found:
    """The days asked for, or all there are."""
    dates = read_dates(query)
    days = MerchantDay.objects.filter(merchant=merchant)
    if dates.since:
        days = days.filter(day__gte=dates.since)
    return days.filter(day__lte=dates.until) if dates.until else days


def day_rows(listed: list[MerchantDay]) -> list[DayRow]:
    return [DayRow(fact, Figures(**{name: getattr(fact, name) for name in COUNTED})) for fact in listed]


def _value(metric: Metric, row: DayRow) -> Any:
    """Rates are per cent; what cannot be worked out stays empty."""
    number = getattr(row.figures, metric.key)
    if number is None or metric.unit == Unit.COUNT:
        return number
    return Yuan(number) if metric.unit == Unit.MONEY else Decimal(number).scaleb(-2)


def _column(metric: Metric) -> tuple[str | Promise, Callable[[DayRow], Any]]:
    title = format_lazy("{} (%)", metric.name) if metric.unit == Unit.RATE else metric.name
    return title, partial(_value, metric)


contribute(
    "days",
    gettext_lazy("每日数据"),
    Right.NUMBERS,
    find=days_of,
    rows=day_rows,
    columns=[
        (gettext_lazy("日期"), lambda row: row.fact.day),
        *(_column(metric) for metric in ALL if metric.key not in OF_OTHERS),
    ],
)
