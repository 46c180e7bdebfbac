"""Members rise at once and fall on the first of a month, told at least a week before."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from common import events
from common.clock import day_of, start_of
from common.planning import without_loops
from community.events import TierAtRisk, TierChanged
from community.models import MemberStanding
from community.services.standings import statements
from community.states import GROWING
from orders.states import WENT_ON

NOTICE = dt.timedelta(days=7)
YEAR = 365
BATCH = 1_000


@transaction.atomic
def refresh(*, user_ids: Sequence[int], now: dt.datetime) -> None:
    """Count these people's figures anew and raise whoever has reached a higher tier."""
    params = _params(user_ids, now)
    with connection.cursor() as cursor:
        cursor.execute(statements.COUNT, params)
        cursor.execute(statements.RAISE, params)
        raised = cursor.fetchall()
    events.publish(*(TierChanged(user_id=user_id, tier_id=tier_id, up=True) for user_id, tier_id in raised))


def review_due(*, now: dt.datetime, limit: int = BATCH) -> int:
    """The night's work for everybody whose figures are of yesterday; returns how many people.

    Each batch stands by itself: a night that was killed goes on where it was, and two at once share the members.
    """
    reviewed = 0
    while more := review_some(now=now, limit=limit):
        reviewed += more
    return reviewed


@transaction.atomic
def review_some(*, now: dt.datetime, limit: int) -> int:
    """Raise, lower whose day has come, spare who earned it again, and warn who would fall next; returns how many people
    were looked at.

    Nobody falls without a warning: the first day of a month that is a week away or more.
    """
    people = _take(start_of(day_of(now)), limit=limit)
    if people:
        params = _params(people, now)
        with connection.cursor() as cursor, without_loops():
            cursor.execute(statements.REVIEW, params)
            told = [_news(*row, review_on=params["review_on"]) for row in cursor.fetchall()]
        events.publish(*told)
    return len(people)


def next_review(today: dt.date) -> dt.date:
    """The first day of a month that leaves a week's notice."""
    earliest = today + NOTICE
    return earliest if earliest.day == 1 else (earliest.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def _take(midnight: dt.datetime, *, limit: int) -> list[int]:
    """Whose figures are of an earlier day, so many people at most, locked; whom somebody else looks at is left out."""
    old = MemberStanding.objects.filter(reviewed_at__lt=midnight).order_by("reviewed_at")
    return list(old.select_for_update(no_key=True, skip_locked=True).values_list("pk", flat=True)[:limit])


def _news(user_id: int, tier_id: int, verdict: str, *, review_on: dt.date) -> events.Event:
    if verdict == "warned":
        return TierAtRisk(user_id=user_id, review_on=review_on.isoformat())
    return TierChanged(user_id=user_id, tier_id=tier_id, up=verdict == "raised")


def _params(user_ids: Sequence[int], now: dt.datetime) -> dict[str, Any]:
    today = day_of(now)
    return {
        "people": sorted(set(user_ids)),
        "now": now,
        "today": today,
        "zone": settings.TIME_ZONE,
        "year": start_of(today - dt.timedelta(days=YEAR)),
        "two_years": start_of(today - dt.timedelta(days=2 * YEAR)),
        "last_month": (today.replace(day=1) - dt.timedelta(days=1)).replace(day=1),
        "growing": [str(kind) for kind in GROWING],
        "went_on": [str(status) for status in WENT_ON],
        "review_on": next_review(today),
    }
