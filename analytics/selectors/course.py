"""J1: what a shop sold day by day until this minute: days that are closed out of their facts, later ones counted.

A day is closed once it is over, and marked from the moment something of it changes until it is counted again
(`analytics.services.folding`). What is counted here is found by indexes that hold everything that is asked of them.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Exists, Max, Min, OuterRef, Q
from django.db.models.functions import TruncDate
from django.utils import timezone

from analytics.figures import Figures
from analytics.models import ClosedDay, MerchantCourse, MerchantDay, StaleDay
from analytics.selectors.measures import DECIDED, MERCHANT, PAID, PIECES, RETURNS, Measure
from analytics.selectors.periods import ONE_DAY, Period, hour_of
from common.clock import day_of, start_of

# What the front page of a shop tells, by what it is counted from.
LIVE = (
    (RETURNS, ("refunds", "refunded_fen", "returned_fen")),
    (DECIDED, ("decided", "succeeded")),
)
SOLD, MOVED = ("orders", "paid_fen"), ("pieces",)
COUNTED = ((PAID, SOLD), (PIECES, MOVED), *LIVE)
WORDS = tuple(word for _measure, words in COUNTED for word in words)

Days = defaultdict[dt.date, Counter[str]]


@dataclass(frozen=True)
class Course:
    """What each day brought that brought anything, and the day that was cut short until then."""

    by_day: Mapping[dt.date, Figures] = field(default_factory=dict)
    cut_short: Figures = field(default_factory=Figures)

    def on(self, day: dt.date) -> Figures:
        return self.by_day.get(day, Figures())


def course_of(merchant_id: int, *, since: dt.date, cut: dt.datetime, now: dt.datetime) -> Course:
    """From a day on until now, and the day of `cut` until then; of closed days hours are kept. At most ten queries."""
    closed = _closed_days(merchant_id, since)
    first = _first_open(closed, since, now)
    facts = MerchantDay.objects.filter(merchant=merchant_id, day__gte=since, day__lt=first)
    known = {row.pop("day"): Figures(**row) for row in facts.values("day", *WORDS)}
    fresh = _counted(merchant_id, Period(start_of(first), now))
    kept = _kept(merchant_id, cut) if day_of(cut) in closed else None
    return Course(known | fresh, _cut_short(merchant_id, cut) if kept is None else kept)


def _kept(merchant_id: int, cut: dt.datetime) -> Figures | None:
    """What the day had brought by that hour, if it is a whole one and somebody kept it. One query."""
    if cut != hour_of(cut):
        return None
    courses = MerchantCourse.objects.filter(merchant=merchant_id, day=day_of(cut))
    hours = courses.values_list("hours", flat=True).first()
    return hours and Figures(**{word: before[timezone.localtime(cut).hour] for word, before in hours.items()})


def _cut_short(merchant_id: int, cut: dt.datetime) -> Figures:
    return _counted(merchant_id, Period(start_of(day_of(cut)), cut)).get(day_of(cut), Figures())


def _closed_days(merchant_id: int, since: dt.date) -> set[dt.date]:
    """The days whose facts are what the tables say."""
    changed = StaleDay.objects.filter(day=OuterRef("day"), merchant=merchant_id)
    return set(ClosedDay.objects.filter(~Exists(changed), day__gte=since).values_list("day", flat=True))


def _first_open(closed: set[dt.date], since: dt.date, now: dt.datetime) -> dt.date:
    """The first day that has to be counted; at the latest that is today."""
    day = since
    while day in closed and day < day_of(now):
        day += ONE_DAY
    return day


def _counted(merchant_id: int, period: Period) -> dict[dt.date, Figures]:
    """Out of the tables, by day."""
    days: Days = defaultdict(Counter)
    for measure, words in LIVE:
        _add(days, _rows(measure, words, merchant_id, period))
    _add(days, _sold(merchant_id, period))
    return {day: Figures(**numbers) for day, numbers in days.items()}


def _sold(merchant_id: int, period: Period) -> list[dict[str, Any]]:
    """Orders and their pieces. The keys of the orders bound those of the lines: rows of a day lie together."""
    orders = _rows(PAID, SOLD, merchant_id, period, first=Min("pk"), last=Max("pk"))
    if not orders:
        return []
    bounds = (min(row.pop("first") for row in orders), max(row.pop("last") for row in orders))
    return orders + _rows(PIECES, MOVED, merchant_id, period, Q(order__pk__range=bounds))


def _rows(
    measure: Measure, words: tuple[str, ...], merchant_id: int, period: Period, *only: Q, **more: Any
) -> list[dict[str, Any]]:
    ours = measure.of(period).filter(*only, **{measure.owners[MERCHANT]: merchant_id})
    by_day = ours.order_by().values(day=TruncDate(measure.at, tzinfo=timezone.get_default_timezone()))
    return list(by_day.annotate(**{word: measure.totals[word].within(Q()) for word in words}, **more))


def _add(days: Days, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        days[row.pop("day")].update(row)
