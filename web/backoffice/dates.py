"""Stretches of days in the address of a list: from one day to another, both included, in the zone of the platform."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q
from django.utils.dateparse import parse_date

from common.clock import start_of

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Dates:
    """The days somebody asked for; open to either side without one."""

    since: dt.date | None = None
    until: dt.date | None = None

    def hold(self, field: str) -> Q:
        """Rows whose instant lies on these days, from midnight until just before midnight."""
        asked = Q()
        if self.since:
            asked &= Q(**{f"{field}__gte": start_of(self.since)})
        if self.until:
            asked &= Q(**{f"{field}__lt": start_of(self.until + ONE_DAY)})
        return asked

    @property
    def query(self) -> dict[str, str]:
        """As parameters of an address."""
        asked = {"from": self.since, "to": self.until}
        return {name: day.isoformat() for name, day in asked.items() if day}


def read_dates(query: Mapping[str, str]) -> Dates:
    """`from` and `to` of an address; what is no day of ours counts as not said."""
    return Dates(_day(query.get("from", "")), _day(query.get("to", "")))


def _day(text: str) -> dt.date | None:
    try:
        day = parse_date(text)
    except ValueError:
        return None
    return day if day and 2000 <= day.year < 2100 else None
