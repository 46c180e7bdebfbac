"""Members rise at once and fall on the first of a month, told at least a week before."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from common import events
from common.clock import day_of, start_of
from community.events import TierAtRisk, TierChanged
from community.selectors.standings import due_before
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
    _run(statements.FIGURES, params)
    _publish(_run(statements.RAISE, params), up=True)


def review_due(*, now: dt.datetime, limit: int = BATCH) -> int:
    """The night's work for everybody whose figures are of yesterday; returns how many people. Safe to repeat."""
    reviewed = 0
    while people := due_before(start_of(day_of(now)), limit=limit):
        review(user_ids=people, now=now)
        reviewed += len(people)
    return reviewed


@transaction.atomic
def review(*, user_ids: Sequence[int], now: dt.datetime) -> None:
    """Raise, lower whose day has come, spare who earned it again, and warn who would fall next.

    Nobody falls without a warning: the first day of a month that is a week away or more.
    """
    refresh(user_ids=user_ids, now=now)
    params = _params(user_ids, now)
    _publish(_run(statements.LOWER, params), up=False)
    _run(statements.SPARE, params)
    day = params["review_on"].isoformat()
    events.publish(*(TierAtRisk(user_id=user_id, review_on=day) for (user_id,) in _run(statements.WARN, params)))


def next_review(today: dt.date) -> dt.date:
    """The first day of a month that leaves a week's notice."""
    earliest = today + NOTICE
    return earliest if earliest.day == 1 else (earliest.replace(day=1) + dt.timedelta(days=32)).replace(day=1)


def _publish(changes: Sequence[tuple[int, int]], *, up: bool) -> None:
    events.publish(*(TierChanged(user_id=user_id, tier_id=tier_id, up=up) for user_id, tier_id in changes))


def _run(statement: str, params: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return cursor.fetchall() if cursor.description else []


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
