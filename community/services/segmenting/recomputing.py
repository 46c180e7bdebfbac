"""Members into segments: one statement over all of them, and news of every change."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from common import advisory, events
from common.clock import day_of, start_of
from community.events import SegmentChanged
from community.selectors.segments import RULES, is_due, standing_rules
from community.services.segmenting import statements

# What "a week", "the month" and "repeat purchases" are counted over.
WEEKS = 4
MONTH_DAYS = 30
YEAR_DAYS = 365
# Everybody is looked at in one statement, which takes longer than any request may.
PATIENCE = "5min"
# One after the other: what changed is told once.
LOCK = "segments"


@transaction.atomic
def recompute_due(*, now: dt.datetime) -> int:
    """The night's work, if it is still to do today; returns how many members changed."""
    advisory.lock(LOCK)
    return recompute_segments(now=now) if is_due(now=now) else 0


@transaction.atomic
def recompute_segments(*, now: dt.datetime) -> int:
    """Put every member into a segment and score those who bought; returns how many changed. Safe to repeat."""
    advisory.lock(LOCK)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = %s", [PATIENCE])
        # How many rows a sum over a year has is guessed: where the guess is too low, loops in loops take minutes.
        cursor.execute("SET LOCAL enable_nestloop = off")
        changed = _classify(cursor, _params(now=now), scoring=True)
        cursor.execute("RESET enable_nestloop")
    return changed


@transaction.atomic
def place_members(*, user_ids: Sequence[int], now: dt.datetime) -> int:
    """The same for a few people at once, without their scores, which need everybody: those wait for the night."""
    advisory.lock(LOCK)
    with connection.cursor() as cursor:
        return _classify(cursor, _params(now=now) | {"only": list(user_ids)}, scoring=False)


def _classify(cursor: Any, params: dict[str, Any], *, scoring: bool) -> int:
    cursor.execute(statements.classify(scoring=scoring), params)
    changes = [SegmentChanged(user_id=user, was=was, now=now) for user, was, now in cursor.fetchall()]
    events.publish(*changes)
    return len(changes)


def _params(*, now: dt.datetime) -> dict[str, Any]:
    rules = standing_rules()
    thresholds = {name: getattr(rules, name) for name in RULES}
    today = day_of(now)
    year = max(YEAR_DAYS, rules.silent_days, 7 * WEEKS)
    return thresholds | {
        "only": None,
        "now": now,
        "today": today,
        "zone": settings.TIME_ZONE,
        "weeks": WEEKS,
        "weeks_since": start_of(today - dt.timedelta(weeks=WEEKS)),
        "month": start_of(today - dt.timedelta(days=MONTH_DAYS)),
        "year": start_of(today - dt.timedelta(days=YEAR_DAYS)),
        "since": start_of(today - dt.timedelta(days=year)),
    }
