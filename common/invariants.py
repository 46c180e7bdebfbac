"""Statements that must always be true, each a query that returns no rows.

What stands in brackets behind a sentence is the promise it keeps: I01 to I30 and the numbered promises of the
reliability catalogue, or a row of the feature catalogue.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db import connection, transaction
from django.db.backends.utils import CursorWrapper

from common.models import AuditEntry, OutboxEvent
from common.moving import Moved, declare_moving
from common.registry import Registry

MOST_EXAMPLES = 20
# Whole tables are read, which takes longer than any request may.
PATIENCE = "5min"


@dataclass(frozen=True)
class Invariant:
    """One statement: a name, the sentence it says, and the SQL whose rows would be its violations.

    `settled` marks a statement that holds while the sweeps run as they should: it says that nothing is stuck.
    `lately` says by table which rows are enough to see what is wrong with what has moved: a condition in which
    `{table}` stands for the keys of the rows that moved (`common.moving`), and tables named before are already narrow.
    Without it the statement is quick however much there is, or `only_walked`: asked by turns with others.
    """

    name: str
    sentence: str
    sql: str
    settled: bool = False
    lately: Mapping[str, str] = field(default_factory=dict)
    only_walked: bool = False

    def about(self, moved: Moved) -> str:
        """The query, as far as it is about what moved: each table is hidden behind those of its rows that count."""
        seen = [
            f"{table} AS (SELECT * FROM {table} WHERE {rows.format(**moved)})" for table, rows in self.lately.items()
        ]
        return f"WITH {', '.join(seen)} SELECT * FROM ({self.sql}) AS broken" if seen else self.sql


@dataclass(frozen=True)
class Violation:
    """An invariant that does not hold, with the first rows that break it."""

    invariant: str
    sentence: str
    rows: list[list[str]]


_invariants: Registry[Invariant] = Registry("invariant")


def declare(
    name: str,
    sentence: str,
    sql: str,
    *,
    settled: bool = False,
    lately: Mapping[str, str] | None = None,
    only_walked: bool = False,
) -> None:
    """Add a statement to the house's list; called from an app's `invariants.py`."""
    _invariants.register(name, Invariant(name, sentence, sql.strip(), settled, lately or {}, only_walked))


def all_invariants() -> list[Invariant]:
    """Every declared statement."""
    return list(_invariants)


def check_all(*, include_settled: bool = True) -> list[Violation]:
    """Run every query and return what does not hold."""
    wanted = [invariant for invariant in _invariants if include_settled or not invariant.settled]
    with _patient() as cursor:
        return [violation for invariant in wanted if (violation := _ask(invariant, invariant.sql, cursor))]


def check(invariant: Invariant, moved: Moved | None = None) -> Violation | None:
    """Run one query, about all there is or about what moved; None when the statement holds."""
    with _patient() as cursor:
        return _ask(invariant, invariant.sql if moved is None else invariant.about(moved), cursor)


@contextmanager
def _patient() -> Iterator[CursorWrapper]:
    """A cursor that may take its time; in one transaction for all that it is asked."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = %s", [PATIENCE])
        yield cursor


def _ask(invariant: Invariant, sql: str, cursor: CursorWrapper) -> Violation | None:
    cursor.execute(sql)
    rows: Sequence[Sequence[Any]] = cursor.fetchmany(MOST_EXAMPLES)
    if not rows:
        return None
    return Violation(invariant.name, invariant.sentence, [[str(value) for value in row] for row in rows])


def rows_seen() -> dict[str, int]:
    """How many rows each of our tables holds, so that nobody takes an empty database for a sound one."""
    counts = {}
    for model in apps.get_models():
        if model._meta.managed and not model.__module__.startswith("django."):
            counts[model._meta.db_table] = model._base_manager.count()
    return counts


declare_moving(OutboxEvent)
declare_moving(AuditEntry)

declare(
    "events_get_through",
    "An event reaches its handlers within minutes; a handler that fails is tried again, or parked for a person (I27).",
    """
    SELECT id FROM common_outboxevent WHERE relayed_at IS NULL AND published_at < now() - interval '5 minutes'
    UNION ALL
    SELECT id FROM common_eventdelivery WHERE status = 'waiting' AND due_at < now() - interval '15 minutes'
    """,
    settled=True,
)
declare(
    "events_carry_no_phone_number",
    "No event, no alert and no entry of the audit trail carries a phone number (I30).",
    r"""
    SELECT 'event', id FROM common_outboxevent WHERE payload::text ~ '(^|\D)1[3-9]\d{9}(\D|$)'
    UNION ALL
    SELECT 'alert', id FROM common_alert WHERE detail::text ~ '(^|\D)1[3-9]\d{9}(\D|$)'
    UNION ALL
    SELECT 'audit', id FROM common_auditentry WHERE detail::text ~ '(^|\D)1[3-9]\d{9}(\D|$)'
    """,
    lately={
        "common_outboxevent": "id = ANY({common_outboxevent})",
        "common_auditentry": "id = ANY({common_auditentry})",
    },
)
declare(
    "requests_are_answered",
    "A request that was remembered by its key was answered, and not by a failure of ours (I27).",
    "SELECT id FROM common_idempotencykey WHERE answer_status IS NULL OR answer_status >= 500",
)
declare(
    "requests_are_forgotten",
    "Keys of requests are kept for seven days, and not much longer (promise 2).",
    "SELECT id FROM common_idempotencykey WHERE created_at < now() - interval '9 days'",
    settled=True,
)
