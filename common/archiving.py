"""Old rows, moved out of the way of those that people and sweeps work with. Nothing is thrown away.

An app names its tables in its `archives.py`. One statement takes a batch away and puts it into the archive, so a row
always stands in exactly one of the two, whoever is killed and whenever. Several may run at once: each passes over what
another has in hand.
"""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model

from common.models import ArchivedAuditEntry, AuditEntry
from common.registry import Registry

BATCH = 5_000
# The last look reads all that is still at hand, which may take longer than any request.
PATIENCE = "5min"


@dataclass(frozen=True)
class Archive:
    """A table, the one of the same columns for its old rows, and which rows are old: a condition on a `candidate`
    with %(before)s. The setting says for how long rows stay at hand."""

    model: type[Model]
    archived: type[Model]
    is_old: str
    at_hand: str

    @property
    def name(self) -> str:
        return self.model._meta.label_lower

    def before(self, now: dt.datetime) -> dt.datetime:
        """What was over by then is old now."""
        at_hand: dt.timedelta = getattr(settings, self.at_hand)
        return now - at_hand

    def due(self, *, before: dt.datetime) -> int:
        """How many rows would be moved."""
        sql = f"SELECT count(*) FROM {self.model._meta.db_table} AS candidate WHERE {self.is_old}"
        return int(self._ask(sql, before=before)[0])

    def move(self, *, before: dt.datetime) -> Iterator[int]:
        """Move the old rows, the oldest first; says after each batch how many it moved."""
        last = 0
        while True:
            moved, last = self._ask(self._moving, before=before, last=last, batch=BATCH)
            if not moved:
                return
            yield moved

    @property
    def _moving(self) -> str:
        """Looks on from where the batch before ended, so that all of them together read the table once."""
        table = self.model._meta.db_table
        columns = ", ".join(str(field.column) for field in self.archived._meta.concrete_fields)
        return f"""
            WITH old AS (
                SELECT id FROM {table} AS candidate WHERE id > %(last)s AND {self.is_old}
                ORDER BY id LIMIT %(batch)s FOR UPDATE SKIP LOCKED
            ), taken AS (
                DELETE FROM {table} AS candidate USING old WHERE candidate.id = old.id RETURNING candidate.*
            ), kept AS (
                INSERT INTO {self.archived._meta.db_table} ({columns}) SELECT {columns} FROM taken
            )
            SELECT count(*), max(id) FROM taken
        """

    @staticmethod
    @transaction.atomic
    def _ask(sql: str, **values: Any) -> tuple[Any, ...]:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = %s", [PATIENCE])
            cursor.execute(sql, values)
            answer: tuple[Any, ...] = cursor.fetchone()
            return answer


_archives: Registry[Archive] = Registry("archive")


def declare_archive(archive: Archive) -> None:
    """Add to what `manage.py archive` moves; called from an app's `archives.py`."""
    _archives.register(archive.name, archive)


def all_archives() -> list[Archive]:
    """Every declared archive."""
    return list(_archives)


declare_archive(Archive(AuditEntry, ArchivedAuditEntry, "candidate.at < %(before)s", "AUDIT_AT_HAND"))
