"""J1: facts of days, counted from the tables. To fold is to count a day again, so it does not matter how often an
event comes, in which order, or whether it comes at all: a rebuild counts the same way."""

import datetime as dt
import logging
from collections.abc import Iterator

from django.db import connection, transaction

from accounts.models import Merchant
from analytics.models import ClosedDay, StaleDay
from analytics.services.counting import count_day
from analytics.services.courses import keep_courses
from analytics.services.marking import mark_visited
from common.advisory import lock
from common.clock import day_of, start_of

logger = logging.getLogger(__name__)

ONE_DAY = dt.timedelta(days=1)
# So many days that are over are counted as a whole every night, whatever was marked.
DAYS_CLOSED = 7

TAKE = "DELETE FROM analytics_staleday WHERE day = %s RETURNING merchant_id"


def fold_stale() -> int:
    """Count again what has changed; returns how many days. One that fails stays marked and holds up no other."""
    mark_visited()
    folded = 0
    for day in list(StaleDay.objects.order_by("day").values_list("day", flat=True).distinct()):
        try:
            folded += _fold(day)
        except Exception:
            logger.exception("a day could not be counted", extra={"day": day.isoformat()})
    return folded


def rebuild(*, since: dt.date, until: dt.date, now: dt.datetime) -> int:
    """Count these days again, both included, for every shop, and close those that are over; returns how many days."""
    days = list(_days(since, until))
    for day in days:
        _rebuild(day, now=now)
    return len(days)


def close_days(*, now: dt.datetime) -> int:
    """Count the last days that are over as a whole, once a night each; returns how many days."""
    today = day_of(now)
    counted = set(ClosedDay.objects.filter(counted_at__gte=start_of(today)).values_list("day", flat=True))
    due = [day for day in _days(today - DAYS_CLOSED * ONE_DAY, today - ONE_DAY) if day not in counted]
    for day in due:
        _rebuild(day, now=now)
    return len(due)


@transaction.atomic
def _rebuild(day: dt.date, *, now: dt.datetime) -> None:
    """Count a day of every shop; one that is over is closed with that."""
    lock(_name(day))
    _take_marks(day)
    shops = list(Merchant.objects.values_list("pk", flat=True))
    count_day(day, shops)
    if day < day_of(now):
        keep_courses(day, shops)
        ClosedDay.objects.update_or_create(day=day, defaults={"counted_at": now})


@transaction.atomic
def _fold(day: dt.date) -> bool:
    """Take the marks of a day and count what they name. The marks go before the first look, so nothing slips between:
    what commits later marks the day anew."""
    lock(_name(day))
    shops = _take_marks(day)
    if not shops:
        return False
    count_day(day, [shop for shop in shops if shop is not None])
    if ClosedDay.objects.filter(day=day).exists():
        keep_courses(day, [shop for shop in shops if shop is not None])
    return True


def _take_marks(day: dt.date) -> list[int | None]:
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [day])
        return [merchant_id for (merchant_id,) in cursor.fetchall()]


def _name(day: dt.date) -> str:
    """Whoever counts a day holds this name, so that an older count never lands on a newer one."""
    return f"facts:{day.isoformat()}"


def _days(since: dt.date, until: dt.date) -> Iterator[dt.date]:
    for number in range((until - since).days + 1):
        yield since + number * ONE_DAY
