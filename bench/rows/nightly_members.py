"""A night of 100,000 members: their segments, their tiers, the facts of the last days. ÷ bare SQL, the same rows."""

import datetime as dt
import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from analytics.services.folding import close_days
from bench.databases import BENCH, MIGRATED, copy
from bench.members import fill, tonight
from bench.row import Row
from bench.vacuuming import vacuum
from common.clock import day_of, start_of
from community.models import MemberSegment, MemberStanding
from community.selectors.segments import RULES, standing_rules
from community.services.segmenting.recomputing import recompute_due
from community.services.standings.reviewing import next_review, review_due

MEMBERS = 100_000
BARE = Path(settings.BASE_DIR / "bench" / "sql" / "nightly_members.sql").read_text(encoding="utf-8")


def prepare() -> dt.datetime:
    """The town on the evening before; returns when its night begins."""
    now = tonight(timezone.now())
    copy(MIGRATED, BENCH)
    fill(members=MEMBERS, now=now)
    vacuum()
    return now


def ours(now: dt.datetime) -> float:
    """Members per second, by what beat's tasks of the night call."""
    started = time.perf_counter()
    night(now=now)
    return _looked_at(now) / (time.perf_counter() - started)


def reference(now: dt.datetime) -> float:
    """Members per second, in one transaction."""
    started = time.perf_counter()
    bare(now=now)
    return _looked_at(now) / (time.perf_counter() - started)


def night(*, now: dt.datetime) -> None:
    """Every sweep of the night that looks at all members or at whole days."""
    recompute_due(now=now)
    review_due(now=now)
    close_days(now=now)


@transaction.atomic
def bare(*, now: dt.datetime) -> None:
    """The same rows in plain statements."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = 0")
        cursor.execute(BARE, _said(now))


def _said(now: dt.datetime) -> dict[str, Any]:
    today, rules = day_of(now), standing_rules()
    starts = {"month": 30, "year": 365, "since": 365, "two_years": 730, "weeks_since": 28, "midnight": 0}
    return {
        **{name: getattr(rules, name) for name in RULES},
        **{name: start_of(today - dt.timedelta(days=days)) for name, days in starts.items()},
        "now": now,
        "today": today,
        "zone": settings.TIME_ZONE,
        "weeks": 4,
        "last_month": (today.replace(day=1) - dt.timedelta(days=1)).replace(day=1),
        "review_on": next_review(today),
    }


def _looked_at(now: dt.datetime) -> int:
    """How many members are judged as of now: all of them."""
    count = MemberStanding.objects.filter(reviewed_at=now).count()
    assert count == MemberSegment.objects.filter(computed_at=now).count() >= MEMBERS, count
    return count


ROW = Row(
    name="nightly-members",
    unit="members/s of a night ÷ bare set-based SQL writing the same rows",
    bar=0.3,
    prepare=prepare,
    ours=ours,
    reference=reference,
    fresh=True,
    large=True,
)
