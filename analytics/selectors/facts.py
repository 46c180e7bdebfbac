"""J1 J6: numbers of stretches of days, read from facts and from nothing else."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import StrEnum
from typing import Any

from django.db.models import F, QuerySet, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from analytics.figures import Figures
from analytics.models import CampaignDay, ChannelDay, MerchantDay
from analytics.selectors.periods import ONE_DAY

SUM = "sum_"
Facts = QuerySet[MerchantDay] | QuerySet[CampaignDay] | QuerySet[ChannelDay]


class Step(StrEnum):
    """How long the stretches are that a period is cut into."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def word(self) -> str | Promise:
        return {"day": _("按天"), "week": _("按周"), "month": _("按月")}[self]

    def begins(self, day: dt.date) -> dt.date:
        """The first day of the stretch that a day lies in; weeks begin on Mondays."""
        if self == Step.WEEK:
            return day - day.weekday() * ONE_DAY
        return day.replace(day=1) if self == Step.MONTH else day


@dataclass(frozen=True)
class Stretch:
    """From one day to another, both included, and what they brought."""

    since: dt.date
    until: dt.date
    figures: Figures


@dataclass(frozen=True)
class Report:
    """A period cut into stretches, the oldest first, and the same number of days before it."""

    since: dt.date
    until: dt.date
    now: Figures
    before: Figures
    stretches: Sequence[Stretch]

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1


def report(facts: Facts, *, since: dt.date, until: dt.date, step: Step = Step.DAY) -> Report:
    """The days from one to another, both included, beside as many before. One query."""
    days = (until - since).days + 1
    by_day = figures_by_day(facts, since=since - days * ONE_DAY, until=until)
    stretches: dict[dt.date, list[dt.date]] = {}
    for number in range(days):
        day = since + number * ONE_DAY
        stretches.setdefault(step.begins(day), []).append(day)
    return Report(
        since=since,
        until=until,
        now=add(figures for day, figures in by_day.items() if day >= since),
        before=add(figures for day, figures in by_day.items() if day < since),
        stretches=[
            Stretch(within[0], within[-1], add(by_day[day] for day in within if day in by_day))
            for within in stretches.values()
        ],
    )


def figures_by_day(facts: Facts, *, since: dt.date, until: dt.date) -> Mapping[dt.date, Figures]:
    """What each day brought that brought anything, both ends included. One query."""
    rows = facts.filter(day__gte=since, day__lte=until).order_by("day").values("day").annotate(**_sums(facts))
    return {row["day"]: Figures(**_named(row)) for row in rows}


def whole(facts: Facts) -> Figures:
    """Everything there ever was of it. One query."""
    return Figures(**_named(facts.aggregate(**_sums(facts))))


def by_owner(facts: Facts, owner: str) -> Mapping[int, Figures]:
    """What each of many brought, by its id; `owner` is the column that says whose it is. One query."""
    rows = facts.order_by().values(owner).annotate(**_sums(facts))
    return {row[owner]: Figures(**_named(row)) for row in rows}


def best_of(facts: Facts, owner: str, words: Sequence[str], *, limit: int) -> Mapping[int, Figures]:
    """The figures of these words for those that brought most, then for those that most looked at, by id, the first
    first. One query."""
    summed = facts.order_by().values(owner).annotate(**{f"{SUM}{word}": Sum(word) for word in words})
    ranked = summed.order_by(F(f"{SUM}refunded_fen") - F(f"{SUM}paid_fen"), f"-{SUM}visitors", owner)
    return {row[owner]: Figures(**_named(row)) for row in ranked[:limit]}


def add(figures: Iterable[Figures]) -> Figures:
    """What several add up to."""
    found = list(figures)
    return Figures(**{field.name: sum(getattr(each, field.name) for each in found) for field in fields(Figures)})


def _sums(facts: Facts) -> dict[str, Any]:
    columns = {field.name for field in facts.model._meta.fields}
    return {f"{SUM}{field.name}": Sum(field.name) for field in fields(Figures) if field.name in columns}


def _named(row: Mapping[str, Any]) -> dict[str, int]:
    return {name.removeprefix(SUM): int(value or 0) for name, value in row.items() if name.startswith(SUM)}
