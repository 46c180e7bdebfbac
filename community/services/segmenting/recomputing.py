"""Members into segments, thousands in one statement, and news of every change."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import connection, transaction

from common import advisory, events
from common.clock import day_of, start_of
from common.planning import without_loops
from community.events import SegmentChanged
from community.selectors.segments import RULES, next_members, outdated, standing_rules
from community.services.segmenting import statements

# What "a week", "the month" and "repeat purchases" are counted over.
WEEKS = 4
MONTH_DAYS = 30
YEAR_DAYS = 365
# So many members at a time: what changed of them is held in memory, and a newcomer waits for them.
BATCH = 5_000
# The fifths are those of everybody who bought in a year, which takes longer than any request may.
PATIENCE = "5min"
# One after the other: what changed is told once.
LOCK = "segments"


def recompute_due(*, now: dt.datetime) -> int:
    """The night's work for whoever was not looked at today; returns how many changed.

    Each batch stands by itself: a night that was killed goes on where it was, and two at once share the members.
    """
    return _recompute(now=now, before=outdated(now=now))


def recompute_segments(*, now: dt.datetime) -> int:
    """Put every member into a segment and score those who bought; returns how many changed. Safe to repeat."""
    return _recompute(now=now, before=None)


@transaction.atomic
def place_member(*, user_id: int, now: dt.datetime) -> int:
    """The same for one person at once, without the scores, which need everybody: those wait for the night."""
    advisory.lock(LOCK)
    return _classify(_params(now=now) | {"first": user_id, "last": user_id}, scoring=False)


def _recompute(*, now: dt.datetime, before: dt.datetime | None) -> int:
    if next_members(after=0, before=before, limit=1) is None:
        return 0
    params = _params(now=now)
    params |= _fifths(params)
    changed, after = 0, 0
    while placed := _place_next(params, after=after, before=before):
        after, more = placed
        changed += more
    return changed


@transaction.atomic
def _fifths(params: dict[str, Any]) -> dict[str, Any]:
    """From which figures on somebody is in the second to the fifth of the fifths, as far as anybody is."""
    with connection.cursor() as cursor, without_loops():
        cursor.execute("SET LOCAL statement_timeout = %s", [PATIENCE])
        cursor.execute(statements.FIFTHS, params)
        found = cursor.fetchone()
        cursor.execute("RESET statement_timeout")
    return dict(zip(("recent_from", "frequent_from", "spending_from"), found, strict=True))


@transaction.atomic
def _place_next(params: dict[str, Any], *, after: int, before: dt.datetime | None) -> tuple[int, int] | None:
    """Place the next members who wait for it; returns the last of them and how many changed, None at the end."""
    advisory.lock(LOCK)
    found = next_members(after=after, before=before, limit=BATCH)
    if found is None:
        return None
    first, last = found
    return last, _classify(params | {"first": first, "last": last}, scoring=True)


def _classify(params: dict[str, Any], *, scoring: bool) -> int:
    with connection.cursor() as cursor, without_loops():
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
        "now": now,
        "today": today,
        "zone": settings.TIME_ZONE,
        "weeks": WEEKS,
        "weeks_since": start_of(today - dt.timedelta(weeks=WEEKS)),
        "month": start_of(today - dt.timedelta(days=MONTH_DAYS)),
        "year": start_of(today - dt.timedelta(days=YEAR_DAYS)),
        "since": start_of(today - dt.timedelta(days=year)),
    }
