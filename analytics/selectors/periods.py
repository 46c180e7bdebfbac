"""Stretches of days as a merchant means them: midnights of the platform's zone, half-open."""

import datetime as dt
from dataclasses import dataclass

from common.clock import day_of, start_of

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class Period:
    """From `since` until just before `until`."""

    since: dt.datetime
    until: dt.datetime

    def before(self, *, days: int) -> "Period":
        """The same hours, so many days earlier."""
        return Period(self.since - days * ONE_DAY, self.until - days * ONE_DAY)


def whole_day(day: dt.date) -> Period:
    """From midnight to midnight."""
    return Period(start_of(day), start_of(day + ONE_DAY))


def last_days(days: int, *, now: dt.datetime) -> Period:
    """So many days up to now; today, which is not over yet, is the last of them."""
    return Period(start_of(day_of(now) - (days - 1) * ONE_DAY), now)


def hour_of(instant: dt.datetime) -> dt.datetime:
    """When the hour began that it lies in."""
    return instant.replace(minute=0, second=0, microsecond=0)
