"""The one clock that decides: the database's. Sweeps ask it, services are handed its answer as `now`.

Days are those of the house: from midnight to midnight in Shanghai.
"""

import datetime as dt

from django.db import connection
from django.utils import timezone


def database_now() -> dt.datetime:
    """The current instant by the database server, aware, in UTC."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]


def day_of(instant: dt.datetime) -> dt.date:
    """On which day of the house it is."""
    return timezone.localtime(instant).date()


def start_of(day: dt.date) -> dt.datetime:
    """The first instant of a day of the house; the next day's is the first one after it."""
    return timezone.make_aware(dt.datetime.combine(day, dt.time.min))
