"""Statements that must always be true, each a query that returns no rows.

What stands in brackets behind a sentence is the promise it keeps: I01 to I30 and the numbered promises of the
reliability catalogue, or a row of the feature catalogue.
"""

import datetime as dt
import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.utils.translation import gettext_noop

from common.alerts import close_alert, raise_alert
from common.registry import Registry

logger = logging.getLogger(__name__)

VIOLATED, UNCHECKED = "invariant", "invariant_unchecked"
NOT_CHECKED = gettext_noop("这条不变量查不了，没有人知道它还成不成立，请开发人员看日志")

MOST_EXAMPLES = 20
# So many of them go into an alert; the command shows the rest.
MOST_TOLD = 5
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
    with _patient() as cursor:
        return [violation for invariant in wanted if (violation := _ask(invariant, cursor))]


def check(invariant: Invariant) -> Violation | None:
    """Run one query; None when the statement holds."""
    with _patient() as cursor:
        return _ask(invariant, cursor)


@contextmanager
def _patient() -> Iterator[CursorWrapper]:
    """A cursor that may take its time; in one transaction for all that it is asked."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = %s", [PATIENCE])
        yield cursor


def _ask(invariant: Invariant, cursor: CursorWrapper) -> Violation | None:
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


def watch(*, now: dt.datetime) -> None:
    """Run every query; an alert stands for as long as one finds something. One that cannot run stops no other."""
    for invariant in _invariants:
        subject = f"invariant:{invariant.name}"
        try:
            violation = check(invariant)
        except DatabaseError as error:
            logger.exception("invariant could not be checked", extra={"invariant": invariant.name})
            raise_alert(kind=UNCHECKED, subject=subject, sentence=NOT_CHECKED, now=now, error=type(error).__name__)
            continue
        close_alert(kind=UNCHECKED, subject=subject, now=now)
        if violation is None:
            close_alert(kind=VIOLATED, subject=subject, now=now)
        else:
            _alarm(violation, subject, now=now)


def _alarm(violation: Violation, subject: str, *, now: dt.datetime) -> None:
    """Put a violation into the log as the error it is, and before the operators."""
    logger.error("invariant violated", extra={"invariant": violation.invariant, "rows": violation.rows})
    rows = violation.rows[:MOST_TOLD]
    raise_alert(kind=VIOLATED, subject=subject, sentence=violation.sentence, now=now, rows=rows)


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
