"""A lock on a name, for guards whose row does not exist yet."""

from django.db import connection


def lock(name: str) -> None:
    """Wait until nobody else's transaction holds this name, then hold it until the caller's transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])
