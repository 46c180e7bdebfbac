"""Calling a function of the database that may say no (common/sql/refuse.sql)."""

import json
from contextlib import nullcontext
from typing import Any

from django.db import DatabaseError, connection, transaction

from common.errors import Refusal

SAID_NO = "GB001"
# Everything that was committed up to here is on disk, also what nobody waited for; PostgreSQL 17 and later.
FLUSH = "SELECT pg_logical_emit_message(false, 'groupbuy', '', true)"
FLUSHES_ON_DEMAND = 17_00_00


class SaidNo(Exception):
    """The function refused, and nothing was written; `code` is the code of the Refusal that its caller raises."""

    def __init__(self, code: str, params: dict[str, Any]) -> None:
        super().__init__(code)
        self.code = code
        self.params = params

    def as_one_of(self, *known: type[Refusal]) -> Refusal | None:
        """As the Refusal of this code, if it is one of these."""
        return next((refusal(**self.params) for refusal in known if refusal.code == self.code), None)


def call(sql: str, *arguments: Any) -> tuple[Any, ...]:
    """The one row that calling a function answers. Raises SaidNo, after which a transaction around it can go on."""
    # A statement on its own needs no transaction, and no two trips to begin and to end one.
    with transaction.atomic() if connection.in_atomic_block else nullcontext(), connection.cursor() as cursor:
        try:
            cursor.execute(sql, arguments)
        except DatabaseError as error:
            if getattr(error.__cause__, "pgcode", None) != SAID_NO:
                raise
            said = error.__cause__.diag  # type: ignore[union-attr]
            raise SaidNo(said.message_primary, json.loads(said.message_detail)) from error
        row: tuple[Any, ...] = cursor.fetchone()
        return row


def can_flush() -> bool:
    """Whether the server writes its log to disk when told to, without anything to commit."""
    return bool(connection.pg_version >= FLUSHES_ON_DEMAND)  # type: ignore[attr-defined]


def flush() -> None:
    """Wait until all that is committed is on disk, before anybody is told of it. Without can_flush it always is."""
    if can_flush():
        call(FLUSH)
