"""A statement that never fails proves nothing: each is broken once, behind the services' back, and must see it.

A new statement brings its harm along: a line (name, SQL) in `harm/<app>.py`, and in `world.py` what there is to break.
"""

import importlib
import pkgutil
import re
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.db import IntegrityError, connection, transaction
from pytest_django.plugin import DjangoDbBlocker

from common import moving
from common.invariants import Invariant, all_invariants, check, check_all
from common.models import JournalMark
from common.moving import Moved
from tests.campaigns.conftest import NOON
from tests.invariants import harm
from tests.invariants.world import make_world
from tests.lasting import made_once
from tests.soundness import violations

pytestmark = pytest.mark.django_db

HARM: list[tuple[str, str]] = [
    each
    for module in pkgutil.iter_modules(harm.__path__)
    for each in importlib.import_module(f"{harm.__name__}.{module.name}").HARM
]
# These are always asked about everything, but about less than every order: gifts of promotions.
BOUNDED_OTHERWISE = {"promotion_gifts_are_claimed"}
# So many constraints stand behind one another at most.
MOST_GUARDS = 6


@pytest.fixture(scope="module", autouse=True)
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Made once and committed; the harm of each test is rolled back."""
    yield from made_once(django_db_blocker, lambda: make_world(NOON))


def named(name: str) -> Invariant:
    return next(invariant for invariant in all_invariants() if invariant.name == name)


def everything_moved() -> Moved:
    """As if nobody had ever looked at any row."""
    JournalMark.objects.all().delete()
    JournalMark.objects.bulk_create(JournalMark(table=table, last=0, before=0) for table in moving.look().newest)
    return moving.look().moved


def nothing_moved() -> Moved:
    """As if somebody had just looked at every row."""
    JournalMark.objects.all().delete()
    return moving.look().moved


def do_harm(statement: str) -> int:
    """Do what triggers and constraints forbid: those that stand in the way are gone first. Returns how many rows."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        for _guard in range(MOST_GUARDS):
            try:
                with transaction.atomic():
                    cursor.execute(statement)
                    return cursor.rowcount
            except IntegrityError as error:
                _take_away(error)
    raise AssertionError(f"too well guarded: {statement}")


def _take_away(error: IntegrityError) -> None:
    """Drop the constraint that said no; a unique one with a condition is an index."""
    said = error.__cause__.diag  # type: ignore[union-attr]
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_constraint WHERE conname = %s", [said.constraint_name])
        is_constraint = cursor.fetchone()
        table = f"ALTER TABLE {said.table_name} DROP CONSTRAINT"
        cursor.execute(f"{table if is_constraint else 'DROP INDEX'} {said.constraint_name}")


def test_the_sound_world_breaks_nothing() -> None:
    assert check_all() == []


def test_all_at_once_are_as_watchful_as_one_by_one() -> None:
    """What most tests end with: one statement that is planned once."""
    assert violations() == []
    do_harm("UPDATE catalog_stock SET adjusted = adjusted + 1")
    found = check_all()
    assert {violation.invariant for violation in found} == {"stock.conserved", "stock.journal"}
    assert violations() == found


def test_there_is_something_to_break_in_every_table_that_a_statement_reads() -> None:
    asked = " ".join(invariant.sql for invariant in all_invariants())
    tables = {model._meta.db_table for model in apps.get_models()}
    read = {table for table in tables if re.search(rf"\b{table}\b", asked)}
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(f"SELECT '{table}' WHERE EXISTS (SELECT 1 FROM {table})" for table in read))
        found = {table for (table,) in cursor.fetchall()}
    assert read - found == set()
    assert len(read) > 20


def test_every_statement_is_tried() -> None:
    assert {invariant.name for invariant in all_invariants()} == {name for name, _statement in HARM}


@pytest.mark.parametrize(("name", "statement"), HARM)
def test_harm_is_seen_by_the_statement_it_is_done_to(name: str, statement: str) -> None:
    """Reliability, part 2."""
    invariant = named(name)
    assert check(invariant) is None
    assert do_harm(statement) > 0, "the world holds nothing to break"
    assert check(invariant) is not None
    assert invariant.only_walked or check(invariant, everything_moved()) is not None, "harm to what has just moved"


@pytest.mark.parametrize("name", sorted(invariant.name for invariant in all_invariants() if invariant.lately))
def test_a_statement_is_asked_about_what_moved_and_not_about_all_there_is(name: str) -> None:
    """Where nothing has moved there is nothing to see, whatever was done: the walk through everything sees it."""
    seen = [_is_seen_where_nothing_moved(name, statement) for harmed, statement in HARM if harmed == name]
    assert name in BOUNDED_OTHERWISE or not all(seen)


def _is_seen_where_nothing_moved(name: str, statement: str) -> bool:
    with transaction.atomic():
        do_harm(statement)
        assert check(named(name)) is not None
        seen = check(named(name), nothing_moved()) is not None
        transaction.set_rollback(True)
    return seen
