"""Copies of one seeded database: one for us, one for the bare statements, fresh for every round."""

from contextlib import closing

from django.core.management import call_command
from django.db import connection

from bench.recording import connect
from bench.seeding import seed

SEEDED, OURS, BARE = "bench_seeded", "bench", "bench_bare"
MAINTENANCE = "postgres"


def prepare() -> None:
    """Make and fill the database that every copy is taken from."""
    _maintain(f"CREATE DATABASE {OURS}")
    call_command("migrate", verbosity=0)
    seed()
    connection.close()
    _maintain(f"ALTER DATABASE {OURS} RENAME TO {SEEDED}")


def fresh_copies() -> None:
    """Replace both copies by new ones of the seeded database."""
    connection.close()
    for name in (OURS, BARE):
        _maintain(f"DROP DATABASE IF EXISTS {name}", f"CREATE DATABASE {name} TEMPLATE {SEEDED} STRATEGY file_copy")
    _maintain("CHECKPOINT")


def _maintain(*statements: str) -> None:
    with closing(connect(MAINTENANCE)) as maintenance, maintenance.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)
