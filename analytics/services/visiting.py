"""Who looks, counted without a cookie: people by their account, strangers by a hash of network and browser."""

import datetime as dt
import secrets
from functools import lru_cache

from django.db import connection

from analytics.models import VisitSalt
from common.clock import day_of
from common.crypto import keyed_hash

RECORD = """
INSERT INTO analytics_visit (day, seen_at, merchant_id, campaign_id, channel_id, visitor)
VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT DO NOTHING
"""


def record_visit(
    *,
    person: str,
    merchant_id: int | None,
    campaign_id: int | None = None,
    channel_id: int | None = None,
    now: dt.datetime,
) -> None:
    """Somebody looks; `person` is whatever tells them apart today, and is kept nowhere. One statement by itself."""
    day = day_of(now)
    visitor = keyed_hash(f"{_salt(day)}:{person}", purpose="visit")
    with connection.cursor() as cursor:
        cursor.execute(RECORD, [day, now, merchant_id, campaign_id, channel_id, visitor])


def forget(*, now: dt.datetime) -> int:
    """Throw away the salts of the days that are over; returns how many."""
    return VisitSalt.objects.filter(day__lt=day_of(now)).delete()[0]


@lru_cache(maxsize=1)
def _salt(day: dt.date) -> str:
    """The salt of a day, the same for every process; made by whoever needs it first."""
    VisitSalt.objects.bulk_create([VisitSalt(day=day, salt=secrets.token_hex(32))], ignore_conflicts=True)
    return VisitSalt.objects.values_list("salt", flat=True).get(day=day)
