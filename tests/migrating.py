"""Migrating once for all workers: the first leaves a copy of its database, and the others copy that.

Migrating takes a worker a quarter of a minute, nearly all of it spent on drawing up models as they once were; copying
takes a fraction of a second. Only on a server of our own: nobody would remove the copy from another.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.utils import CursorWrapper

from tests.embedded import MIGRATED

# Any number that nothing else on the server locks.
FIRST_COMES_FIRST = 1


@contextmanager
def migrated_by_the_first() -> Iterator[None]:
    """Inside, the test database is made: by migrating for the first worker, as a copy for those who waited."""
    name = os.environ.get(MIGRATED)
    if name is None:
        yield
        return
    with connection._nodb_cursor() as server:
        _wait_for_turn(server)
        first = not _exists(server, name)
        if not first:
            connection.settings_dict["TEST"]["TEMPLATE"] = name
        yield
        if first:
            connection.close()  # nobody may be connected to what is copied
            server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{connection.settings_dict["NAME"]}"')


def _wait_for_turn(server: CursorWrapper) -> None:
    """The lock goes with the connection. Its wait is as long as migrating takes, whatever else a wait may take."""
    server.execute("SET lock_timeout = 0; SET statement_timeout = 0")
    server.execute("SELECT pg_advisory_lock(%s)", [FIRST_COMES_FIRST])


def _exists(server: CursorWrapper, name: str) -> bool:
    server.execute("SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = %s)", [name])
    return bool(server.fetchone()[0])
