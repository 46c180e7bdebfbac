"""Statements that must always be true, each a query that returns no rows."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection, transaction

from common.registry import Registry

logger = logging.getLogger(__name__)

MOST_EXAMPLES = 20
# Whole tables are read, which takes longer than any request may.
PATIENCE = "5min"


@dataclass(frozen=True)
class Invariant:
    """One statement: a name, the sentence it says, and the SQL whose rows would be its violations.

    `settled` marks a statement that holds while the sweeps run as they should: it says that nothing is stuck.
    """

    name: str
    sentence: str
    sql: str
    settled: bool = False


@dataclass(frozen=True)
class Violation:
    """An invariant that does not hold, with the first rows that break it."""

    invariant: str
    sentence: str
    rows: list[list[str]]


_invariants: Registry[Invariant] = Registry("invariant")


def declare(name: str, sentence: str, sql: str, *, settled: bool = False) -> None:
    """Add a statement to the house's list; called from an app's `invariants.py`."""
    _invariants.register(name, Invariant(name, sentence, sql.strip(), settled))


def all_invariants() -> list[Invariant]:
    """Every declared statement."""
    return list(_invariants)


def check_all(*, include_settled: bool = True) -> list[Violation]:
    """Run every query and return what does not hold."""
    wanted = [invariant for invariant in _invariants if include_settled or not invariant.settled]
    return [violation for invariant in wanted if (violation := check(invariant))]


def check(invariant: Invariant) -> Violation | None:
    """Run one query; None when the statement holds."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = %s", [PATIENCE])
        cursor.execute(invariant.sql)
        rows: Sequence[Sequence[Any]] = cursor.fetchmany(MOST_EXAMPLES)
    if not rows:
        return None
    return Violation(invariant.name, invariant.sentence, [[str(value) for value in row] for row in rows])


def rows_seen() -> dict[str, int]:
    """How many rows each of our tables holds, so that nobody takes an empty database for a sound one."""
    counts = {}
    for model in apps.get_models():
        if not model.__module__.startswith("django."):
            counts[model._meta.db_table] = model._base_manager.count()
    return counts


def watch() -> None:
    """Run every query and raise the alarm for each that finds something; one that cannot run stops no other."""
    for invariant in _invariants:
        try:
            violation = check(invariant)
        except DatabaseError:
            logger.exception("invariant could not be checked", extra={"invariant": invariant.name})
        else:
            alarm([violation] if violation else [])


def alarm(violations: list[Violation]) -> None:
    """Put each violation into the log as the error it is."""
    for violation in violations:
        logger.error("invariant violated", extra={"invariant": violation.invariant, "rows": violation.rows})


declare(
    "events_get_through",
    "An event reaches its handlers within minutes; a handler that fails is tried again, or parked for an operator.",
    """
    SELECT id FROM common_outboxevent WHERE relayed_at IS NULL AND published_at < now() - interval '5 minutes'
    UNION ALL
    SELECT id FROM common_eventdelivery WHERE status = 'waiting' AND due_at < now() - interval '15 minutes'
    """,
    settled=True,
)
declare(
    "events_carry_no_phone_number",
    "No event carries a phone number.",
    r"SELECT id FROM common_outboxevent WHERE payload::text ~ '(^|\D)1[3-9]\d{9}(\D|$)'",
)
