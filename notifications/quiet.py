"""When people are left alone: from an hour of the evening to one of the morning, on the clock of the house."""

import datetime as dt

from django.utils import timezone


def not_before(now: dt.datetime, *, begins: dt.time, ends: dt.time) -> dt.datetime:
    """`now`, or the end of the quiet hours that `now` is in; equal times are never quiet."""
    local = timezone.localtime(now)
    clock = local.time()
    over_midnight = begins > ends
    is_quiet = (clock >= begins or clock < ends) if over_midnight else begins <= clock < ends
    if not is_quiet:
        return now
    day = local.date() + dt.timedelta(days=1 if over_midnight and clock >= begins else 0)
    return dt.datetime.combine(day, ends, tzinfo=local.tzinfo)
