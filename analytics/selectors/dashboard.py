"""J1: what a shop sold and what became of it, beside the period before.

Money counts on the day an order was paid, and goes off on the day a refund was promised, whenever its order was paid.
Money that came late or twice is neither: no order took it.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum
from django.db.models.functions import TruncDate
from django.utils import timezone

from analytics.figures import Figures
from analytics.selectors.measures import DECIDED, MERCHANT, PAID, PIECES, RETURNS, Measure
from analytics.selectors.periods import Period, last_days
from common.clock import day_of

# What is counted to this minute; all other numbers are read from the facts of days.
LIVE = (PAID, PIECES, RETURNS, DECIDED)
LONGEST_DAYS = 90


@dataclass(frozen=True)
class Sales:
    """A period and the one before it over the same hours."""

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


def sales(merchant_id: int, *, days: int, now: dt.datetime) -> Sales:
    """The last `days` days (at most 90) until now, and as many before until the same hour. Four queries."""
    days = min(max(days, 1), LONGEST_DAYS)
    period = last_days(days, now=now)
    sums = _sums(merchant_id, {"now": period, "before": period.before(days=days)})
    figures = {
        name: Figures(**{key.removeprefix(f"{name}_"): sum_ for key, sum_ in sums.items() if key.startswith(name)})
        for name in ("now", "before")
    }
    return Sales(days, period, figures["now"], figures["before"])


def daily(merchant_id: int, *, days: int, now: dt.datetime) -> list[Day]:
    """Each of the last `days` days, the oldest first, those without sales too; the last is today. Two queries."""
    since = last_days(days, now=now).since
    zone = timezone.get_default_timezone()
    paid, went_back = (
        measure.of(Period(since, now)).filter(_ours(measure, merchant_id)) for measure in (PAID, RETURNS)
    )
    came = paid.values(day=TruncDate(PAID.at, tzinfo=zone)).annotate(count=Count("pk"), fen=Sum("payable_fen"))
    went = went_back.values(day=TruncDate(RETURNS.at, tzinfo=zone)).annotate(fen=Sum("amount_fen"))
    sold = {row["day"]: row for row in came.order_by()}
    refunded = {row["day"]: row["fen"] for row in went.order_by()}
    first = day_of(since)
    return [
        Day(day, *_came(sold.get(day)), refunded.get(day, 0))
        for day in (first + dt.timedelta(days=number) for number in range(days))
    ]


def _came(row: Any) -> tuple[int, int]:
    return (row["count"], row["fen"]) if row else (0, 0)


def _sums(merchant_id: int, periods: dict[str, Period]) -> dict[str, int]:
    whole = Period(min(one.since for one in periods.values()), max(one.until for one in periods.values()))
    sums: dict[str, int] = {}
    for measure in LIVE:
        sums |= (
            measure.of(whole)
            .filter(_ours(measure, merchant_id))
            .aggregate(
                **{
                    f"{name}_{word}": total.within(measure.within(period))
                    for name, period in periods.items()
                    for word, total in measure.totals.items()
                }
            )
        )
    return sums


def _ours(measure: Measure, merchant_id: int) -> Q:
    return Q(**{measure.owners[MERCHANT]: merchant_id})
