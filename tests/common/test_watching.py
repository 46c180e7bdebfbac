"""Reliability, part 2: by day what has moved is asked about, by night all there is."""

import datetime as dt

import pytest
from django.utils import timezone

from common import invariants, moving
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


def test_what_is_new_is_looked_at_twice_and_then_left_to_the_night() -> None:
    """A key is given out before its row can be seen, so a single look might miss it."""
    do("old")
    moving.remember(moving.look())
    entry = do("new")
    for _look in range(2):
        assert moved() == f"'{{{entry.pk}}}'::bigint[]"
        moving.remember(moving.look())
    assert moved() == "'{}'::bigint[]"


def test_the_first_look_leaves_the_past_to_the_night() -> None:
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


def test_each_statement_is_walked_once_a_night_and_a_night_that_was_cut_off_goes_on() -> None:
    now = timezone.now()
    declare("for_the_night", "夜里查", "SELECT id FROM common_auditentry WHERE action = 'worse'", nightly=True)
    declare("quick", "随时查", "SELECT id FROM common_auditentry WHERE action = 'quick'")
    StatementWalk.objects.create(name="nothing_bad", walked_at=now)
    for action in ("bad", "worse", "quick"):
        do(action)
    walk(now=now)
    walk(now=now)
    assert told() == [("invariant:for_the_night", True)], "the other was asked before, the third is asked by day"
    walk(now=now + DAY)
    assert told() == [("invariant:for_the_night", True), ("invariant:nothing_bad", True)]
    assert Alert.objects.get(subject="invariant:for_the_night").times == 2


def test_what_is_for_the_night_is_not_asked_by_day_but_while_it_stands() -> None:
    now = timezone.now()
    declare("for_the_night", "夜里查", "SELECT id FROM common_auditentry WHERE action = 'worse'", nightly=True)
    entry = do("worse")
    watch(now=now)
    assert told() == []
    walk(now=now)
    entry.delete()
    watch(now=now + PAUSE)
    assert told() == [("invariant:for_the_night", False)]


def test_however_much_moves_so_much_is_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    """The newest; the rest is for the night."""
    monkeypatch.setattr(moving, "MOST_MOVED", 2)
    moving.remember(moving.look())
    keys = [do("new").pk for _entry in range(4)]
    assert moved() == f"'{{{keys[3]},{keys[2]}}}'::bigint[]"
    assert JournalMark.objects.get(pk="common_auditentry").before < keys[0]
