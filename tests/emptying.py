"""Emptying the database after a test that committed, in the few tables it touched.

Django truncates every table and lets every app prepare itself anew, a quarter of a second for each such test. Most of
them touch ten tables of eighty. What migrating left (permissions, the tiers of members, the known risks) is nobody's to
change, and stays; how detectors are set the demo changes, and so it goes. A superuser, as on servers of our own, may do
this; elsewhere Django's way is taken.
"""

from functools import cache

from django.db import connection, transaction
from django.test import TransactionTestCase

LEFT_BY_MIGRATING = frozenset(
    {
        "auth_permission",
        "community_membertier",
        "community_tierbenefit",
        "django_content_type",
        "django_migrations",
        "risk_riskitem",
    }
)


_truncate_everything = TransactionTestCase._fixture_teardown  # type: ignore[attr-defined]


def empty_touched_tables(case: TransactionTestCase | None = None) -> None:
    """Delete the rows of all tables that have some. Triggers and foreign keys are asleep meanwhile."""
    if not _may_let_triggers_sleep():
        _truncate_everything(case or TransactionTestCase())
        return
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(_which_have_rows())
        for (table,) in cursor.fetchall():
            cursor.execute(f'DELETE FROM "{table}"')


@cache
def _may_let_triggers_sleep() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        return bool(cursor.fetchone()[0])


@cache
def _which_have_rows() -> str:
    """A question after the tables there are; they are looked up once."""
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False))
    ask = "SELECT '{0}' WHERE EXISTS (SELECT 1 FROM \"{0}\")"
    return " UNION ALL ".join(ask.format(table) for table in sorted(tables - LEFT_BY_MIGRATING))
