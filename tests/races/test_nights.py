"""H7, B8: two workers do the same night at once, and every member is told once. Each race has its counter-test: the
guard taken away, and the harm really happens."""

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable
from threading import Event
from typing import Any

import pytest
from django.db import connection

from common import advisory, events
from common.models import OutboxEvent
from community.models import MemberStanding
from community.services.segmenting.recomputing import recompute_due
from community.services.standings import reviewing
from community.services.standings.reviewing import review_due
from tests.factories.accounts import make_user
from tests.factories.members import make_standing
from tests.factories.segments import make_neighbour
from tests.parallel import PATIENCE, at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]
NOW = dt.datetime(2026, 11, 22, 19, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
MEMBERS = 3
# Of pg_locks alone: a transaction sees in pg_stat_activity whoever was there when it first looked.
WAITING = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"

Night = Callable[[], int]


def somebody_waits() -> bool:
    """Whether another connection waits for what this one has written."""
    with connection.cursor() as cursor:
        cursor.execute(WAITING)
        return cursor.fetchone()[0]


def two_nights(night: Night, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """The first has written and not committed when the second begins, and goes on once that waits or is done."""
    publish, written, done = events.publish, Event(), Event()

    def publish_late(*told: events.Event) -> None:
        if not written.is_set():
            written.set()
            ends = time.monotonic() + PATIENCE
            while not (done.is_set() or somebody_waits()):
                assert time.monotonic() < ends
                time.sleep(0.005)
        publish(*told)

    def second() -> int:
        assert written.wait(PATIENCE)
        try:
            return night()
        finally:
            done.set()

    monkeypatch.setattr(events, "publish", publish_late)
    return at_once(2, lambda index: second() if index else night())


def told(name: str) -> list[int]:
    """How often each member was told of, from the least to the most."""
    news = OutboxEvent.objects.filter(name=f"community.{name}").values_list("payload__user_id", flat=True)
    return sorted(Counter(news).values())


@pytest.fixture
def segments() -> Night:
    """A night that puts three members into a segment."""
    for number in range(MEMBERS):
        make_neighbour(f"邻居{number}", joined_at=NOW - DAY)
    return lambda: recompute_due(now=NOW)


@pytest.fixture
def tiers() -> Night:
    """A night that warns three members who bought nothing."""
    for number in range(MEMBERS):
        make_standing(make_user(name=f"邻居{number}"), "gold", now=NOW - DAY)
    return lambda: review_due(now=NOW)


def test_who_changes_the_segment_is_told_of_once(segments: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    """H7: one batch after the other; the second worker finds nobody left."""
    assert sorted(two_nights(segments, monkeypatch)) == [0, MEMBERS]
    assert told("SegmentChanged") == [1] * MEMBERS


@pytest.mark.counter_test
def test_two_at_the_same_batch_would_tell_twice(segments: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test: without the lock both see that nobody is in a segment yet."""
    monkeypatch.setattr(advisory, "lock", lambda name: None)
    assert two_nights(segments, monkeypatch) == [MEMBERS, MEMBERS]
    assert told("SegmentChanged") == [2] * MEMBERS


def test_who_is_about_to_fall_is_warned_once(tiers: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    """B8: whom one worker has, the other leaves out."""
    assert sorted(two_nights(tiers, monkeypatch)) == [0, MEMBERS]
    assert told("TierAtRisk") == [1] * MEMBERS


@pytest.mark.counter_test
def test_two_at_the_same_members_would_warn_twice(tiers: Night, monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test: members that nobody locks are judged by both, by what they were before."""

    def look(midnight: dt.datetime, *, limit: int) -> list[int]:
        return list(MemberStanding.objects.filter(reviewed_at__lt=midnight).values_list("pk", flat=True)[:limit])

    monkeypatch.setattr(reviewing, "_take", look)
    assert two_nights(tiers, monkeypatch) == [MEMBERS, MEMBERS]
    assert told("TierAtRisk") == [2] * MEMBERS
