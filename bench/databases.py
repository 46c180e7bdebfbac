"""The seeded database and the copies of it that rows work on.

Files are copied, which takes less than a second and leaves nothing to be written while a row is measured. Whoever is
connected meanwhile is cut off and connects again, as after any restart of the database.
"""

from contextlib import closing
from typing import Any

import psycopg2
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection

from bench.seeding import seed

# Rows work in the first, which the settings name. The others are what it is copied from.
BENCH, SEEDED, PREPARED, MIGRATED = "bench", "bench_seeded", "bench_prepared", "bench_migrated"
MAINTENANCE = "postgres"
CUT_OFF = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"


def make_seeded() -> None:
    """Make and fill the database that every row begins with."""
    _maintain(f"CREATE DATABASE {BENCH}")
    call_command("migrate", verbosity=0)
    copy(BENCH, MIGRATED)
    seed()
    copy(BENCH, SEEDED)


def copy(source: str, target: str) -> None:
    """Make `target` a new copy of `source`, and forget everything that is cached."""
    connection.close()
    _maintain(
        f"DROP DATABASE IF EXISTS {target} WITH (FORCE)",
        CUT_OFF.format(name=source),
        f"CREATE DATABASE {target} TEMPLATE {source} STRATEGY file_copy",
        "CHECKPOINT",
    )
    cache.clear()


def replace_empty(name: str) -> None:
    """A new and empty database of this name."""
    _maintain(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)", f"CREATE DATABASE {name}")


def connect(name: str = BENCH) -> Any:
    """A bare connection in autocommit to a database of the same server."""
    settings = connection.get_connection_params() | {"dbname": name}
    settings.pop("cursor_factory", None)
    settings.pop("context", None)
    bare = psycopg2.connect(**settings)
    bare.autocommit = True
    return bare


def _maintain(*statements: str) -> None:
    with closing(connect(MAINTENANCE)) as maintenance, maintenance.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
