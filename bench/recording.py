"""Writing down what goes to the database, and sending it again without us."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2
from django.db import connection

Step = tuple[str, Any]


class _Recorder:
    """Keeps statements in order, with the BEGIN, COMMIT and ROLLBACK that the driver sends by itself."""

    def __init__(self) -> None:
        self.steps: list[Step] = []
        self._in_transaction = False

    def statement(self, execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if not connection.autocommit and not self._in_transaction:
            self.steps.append(("BEGIN", None))
            self._in_transaction = True
        self.steps.append((sql, params))
        return execute(sql, params, many, context)

    def ending(self, word: str, end: Callable[[], None]) -> Callable[[], None]:
        def ended() -> None:
            if self._in_transaction:
                self.steps.append((word, None))
                self._in_transaction = False
            end()

        return ended


@contextmanager
def recorded() -> Iterator[list[Step]]:
    """Every statement and every end of a transaction on Django's connection, in order."""
    recorder = _Recorder()
    link: Any = connection
    commit, rollback = link._commit, link._rollback
    link._commit = recorder.ending("COMMIT", commit)
    link._rollback = recorder.ending("ROLLBACK", rollback)
    try:
        with connection.execute_wrapper(recorder.statement):
            yield recorder.steps
    finally:
        link._commit, link._rollback = commit, rollback


def replay(steps: list[Step], bare: Any) -> None:
    """Send the steps over a bare connection in autocommit, fetching what they return."""
    with bare.cursor() as cursor:
        for sql, params in steps:
            cursor.execute(sql, params)
            if cursor.description:
                cursor.fetchall()


def connect(name: str) -> Any:
    """A bare connection in autocommit to a database of the same server."""
    settings = connection.get_connection_params() | {"dbname": name}
    settings.pop("cursor_factory", None)
    settings.pop("context", None)
    bare = psycopg2.connect(**settings)
    bare.autocommit = True
    return bare
