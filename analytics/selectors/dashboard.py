"""J1: what a shop sold and what became of it, beside the period before.

Money counts on the day an order was paid, and goes off on the day a refund was promised, whenever its order was paid.
Money that came late or twice is neither: no order took it.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from analytics.figures import Figures
from analytics.selectors.course import Course, course_of
from analytics.selectors.facts import add
from analytics.selectors.periods import ONE_DAY, Period, hour_of, last_days
from common.clock import day_of

LONGEST_DAYS = 90


@dataclass(frozen=True)
class Sales:
    """A period and the one before it: a day until the same instant, several days until the same hour began."""

    days: int
    period: Period
    now: Figures
    before: Figures


@dataclass(frozen=True)
class Day:
    """What one day brought."""

    date: dt.date
    orders: int = 0
    paid_fen: int = 0
    refunded_fen: int = 0

    @property
    def revenue_fen(self) -> int:
        return self.paid_fen - self.refunded_fen


@dataclass(frozen=True)
class Dashboard:
    """The sums of a period, and its days with those before them, the oldest first, those without sales too."""

    sales: Sales
    daily: Sequence[Day]


def dashboard(merchant_id: int, *, days: int, charted: int = 0, now: dt.datetime) -> Dashboard:
    """The last `days` days (at most 90) until now, and as many before; of the last `charted` days each, the last is
    today. At most ten queries."""
    days = min(max(days, 1), LONGEST_DAYS)
    period, listed = last_days(days, now=now), last_days(charted or 1, now=now)
    before = _before(period, days)
    since = day_of(min(before.since, listed.since))
    course = course_of(merchant_id, since=since, cut=before.until, now=now)
    return Dashboard(_sales(course, days, period, before), _daily(course, day_of(listed.since), charted))


def _before(period: Period, days: int) -> Period:
    """In a week an hour more or less is nothing, and how a day went by the hour is at hand. In a day it is much."""
    before = period.before(days=days)
    return before if days == 1 else Period(before.since, hour_of(before.until))


def _sales(course: Course, days: int, period: Period, before: Period) -> Sales:
    earlier = add([course.cut_short, *_each(course, day_of(before.since), days - 1)])
    return Sales(days, period, now=add(_each(course, day_of(period.since), days)), before=earlier)


def _each(course: Course, first: dt.date, days: int) -> list[Figures]:
    return [course.on(first + number * ONE_DAY) for number in range(days)]


def _daily(course: Course, first: dt.date, days: int) -> list[Day]:
    return [
        Day(first + number * ONE_DAY, figures.orders, figures.paid_fen, figures.refunded_fen)
        for number, figures in enumerate(_each(course, first, days))
    ]
