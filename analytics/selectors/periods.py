"""Stretches of days as a merchant means them: midnights of the platform's zone, half-open."""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone


@dataclass(frozen=True)
class Period:
    """From `since` until just before `until`."""

    since: dt.datetime
    until: dt.datetime

    def before(self, *, days: int) -> "Period":
        """The same hours, so many days earlier."""
        earlier = dt.timedelta(days=days)
        return Period(self.since - earlier, self.until - earlier)


def midnight(day: dt.date) -> dt.datetime:
    """When a day of the platform's zone begins."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min), timezone.get_default_timezone())


def local_day(at: dt.datetime) -> dt.date:
    """The day an instant falls on, in the platform's zone."""
    return timezone.localtime(at, timezone.get_default_timezone()).date()


def last_days(days: int, *, now: dt.datetime) -> Period:
    """So many days up to now; today, which is not over yet, is the last of them."""
    return Period(midnight(local_day(now) - dt.timedelta(days=days - 1)), now)
