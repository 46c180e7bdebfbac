"""Reliability, part 2: what has moved is asked about at once, and all there is by turns."""

import datetime as dt
import itertools

import pytest
from django.utils import timezone

from common import invariants, moving, watching
from common.invariants import Invariant, declare
from common.models import Alert, AuditEntry, JournalMark, StatementWalk
from common.moving import declare_moving
from common.registry import Registry
from common.tasks import walk_invariants
from common.watching import walk, watch

pytestmark = pytest.mark.django_db
PAUSE, DAY = dt.timedelta(minutes=5), dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def own_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """One statement, about entries of the audit trail, which move when they are new."""
    monkeypatch.setattr(invariants, "_invariants", Registry[Invariant]("invariant"))
    monkeypatch.setattr(moving, "_moving", Registry[moving.Moving]("moving table"))
    declare_moving(AuditEntry)
    declare(
        "nothing_bad",
        "没有坏事",
        "SELECT id FROM common_auditentry WHERE action = 'bad'",
        lately={"common_auditentry": "id = ANY({common_auditentry})"},
    )


def do(action: str) -> AuditEntry:
    return AuditEntry.objects.create(action=action, subject="x", at=timezone.now())


def told() -> list[tuple[str, bool]]:
    """Every alert there was, and whether it still stands."""
    return [(alert.subject, alert.closed_at is None) for alert in Alert.objects.order_by("pk")]


def moved() -> str:
    return moving.look().moved["common_auditentry"]


def test_what_is_new_is_looked_at_twice_and_then_left_to_the_walk() -> None:
    """A key is given out before its row can be seen, so a single look might miss it."""
    do("old")
    moving.remember(moving.look())
    entry = do("new")
    for _look in range(2):
        assert moved() == f"'{{{entry.pk}}}'::bigint[]"
        moving.remember(moving.look())
    assert moved() == "'{}'::bigint[]"


def test_the_first_look_leaves_the_past_to_the_walk() -> None:
    do("bad")
    watch(now=timezone.now())
    assert told() == []
    walk_invariants()
    assert told() == [("invariant:nothing_bad", True)]


def test_harm_is_told_within_the_pause_and_stands_until_all_is_well() -> None:
    """It is not well again only because nothing moves any more."""
    now = timezone.now()
    watch(now=now)
    entry = do("bad")
    for number in range(1, 5):
        watch(now=now + number * PAUSE)
    assert told() == [("invariant:nothing_bad", True)]
    assert Alert.objects.get().times == 4
    entry.delete()
    watch(now=now + 5 * PAUSE)
    assert told() == [("invariant:nothing_bad", False)]


def test_a_walk_asks_about_all_there_is_what_has_waited_longest_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a young house everything is walked each time; where time runs out the next walk goes on."""
    now = timezone.now()
    declare("slow", "慢", "SELECT id FROM common_auditentry WHERE action = 'worse'", only_walked=True)
    declare("quick", "随时查", "SELECT id FROM common_auditentry WHERE action = 'quick'")
    for action in ("bad", "worse", "quick"):
        do(action)
    walk(now=now, seconds=60)
    assert told() == [("invariant:nothing_bad", True), ("invariant:slow", True)], "the third is always asked whole"
    StatementWalk.objects.filter(name="slow").update(walked_at=now - DAY)
    clock = itertools.count(step=10)
    monkeypatch.setattr(watching.time, "monotonic", lambda: next(clock))
    walk(now=now + PAUSE, seconds=15)
    assert dict(Alert.objects.values_list("subject", "times")) == {"invariant:nothing_bad": 1, "invariant:slow": 2}
    walk(now=now + 2 * PAUSE, seconds=15)
    assert dict(Alert.objects.values_list("subject", "times")) == {"invariant:nothing_bad": 2, "invariant:slow": 2}


def test_what_is_only_walked_is_not_asked_otherwise_but_while_it_stands() -> None:
    now = timezone.now()
    declare("slow", "慢", "SELECT id FROM common_auditentry WHERE action = 'worse'", only_walked=True)
    entry = do("worse")
    watch(now=now)
    assert told() == []
    walk(now=now, seconds=60)
    entry.delete()
    watch(now=now + PAUSE)
    assert told() == [("invariant:slow", False)]


def test_however_much_moves_so_much_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest; the rest is for the walk."""
    monkeypatch.setattr(moving, "MOST_MOVED", 2)
    moving.remember(moving.look())
    keys = [do("new").pk for _entry in range(4)]
    assert moved() == f"'{{{keys[3]},{keys[2]}}}'::bigint[]"
    assert JournalMark.objects.get(pk="common_auditentry").before < keys[0]
