"""The one clock that decides: the database's. Sweeps ask it, services are handed its answer as `now`."""

import datetime as dt

from django.db import connection


def database_now() -> dt.datetime:
    """The current instant by the database server, aware, in UTC."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0]
