"""What the database is told about planning a statement over many rows."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection


@contextmanager
def without_loops() -> Iterator[None]:
    """In the block, within a transaction, sums of many are joined by hashing or merging.

    How many rows a sum has is guessed: where the guess is far too low, loops in loops take minutes.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_nestloop = off")
        yield
        cursor.execute("RESET enable_nestloop")
