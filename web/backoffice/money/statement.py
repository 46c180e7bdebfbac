"""From what buyers paid to what the shop has: a row for each day or month, from the orders and the books."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from accounts.models import Merchant
from common.clock import day_of
from orders.selectors.completed import Brought, brought_by
from payments.selectors.statements import Settled, settled_by
from web.backoffice.dates import ONE_DAY, Dates

DAYS = 30
# More days than these are shown by month.
MOST_DAYS = 62


@dataclass(frozen=True)
class Row:
    """The orders completed in some time, and what was taken back in it of any order."""

    dates: Dates = field(default_factory=Dates)
    brought: Brought = field(default_factory=Brought)
    settled: Settled = field(default_factory=Settled)

    @property
    def refunded_fen(self) -> int:
        """What had gone back to buyers and platform by the time the orders were completed."""
        return self.brought.paid_fen + self.brought.granted_fen - self.settled.held_fen


def asked_or_lately(dates: Dates, *, now: dt.datetime) -> Dates:
    """The days asked for; the last thirty when nothing was."""
    if dates.query:
        return dates
    today = day_of(now)
    return Dates(today - (DAYS - 1) * ONE_DAY, today)


def kind_of(dates: Dates) -> str:
    """Whether these days are shown one by one, or by "month"."""
    few = dates.since and dates.until and (dates.until - dates.since).days < MOST_DAYS
    return "day" if few else "month"


def rows_of(merchant: Merchant, dates: Dates) -> list[Row]:
    """A row for each day or month that brought anything or cost anything, the last one first. Three queries."""
    kind = kind_of(dates)
    brought = brought_by(merchant, dates.hold("completed_at"), kind=kind)
    settled = settled_by(merchant.pk, dates.hold("transaction__booked_at"), kind=kind)
    return [
        Row(_within(dates, day, kind), brought.get(day, Brought()), settled.get(day, Settled()))
        for day in sorted(brought.keys() | settled.keys(), reverse=True)
    ]


def _within(dates: Dates, day: dt.date, kind: str) -> Dates:
    """The days of a row, as far as they were asked for."""
    last = day if kind == "day" else (day.replace(day=28) + 4 * ONE_DAY).replace(day=1) - ONE_DAY
    return Dates(max(day, dates.since or day), min(last, dates.until or last))


def total_of(rows: Iterable[Row], dates: Dates) -> Row:
    """All rows taken together."""
    listed = list(rows)
    return Row(dates, _sum(Brought, [row.brought for row in listed]), _sum(Settled, [row.settled for row in listed]))


def _sum(kind: Any, parts: Iterable[Any]) -> Any:
    names = list(kind.__dataclass_fields__)
    listed = list(parts)
    return kind(**{name: sum(getattr(part, name) for part in listed) for name in names})
