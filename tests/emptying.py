"""Emptying the database after a test that committed, in the few tables it touched.

Django truncates every table and lets every app prepare itself anew, a quarter of a second for each such test. Most of
them touch ten tables of eighty. What migrating left (permissions) is nobody's to change, and stays.
"""

from django.db import connection, transaction
from django.test import TransactionTestCase

LEFT_BY_MIGRATING = frozenset({"auth_permission", "django_content_type", "django_migrations"})


def empty_touched_tables(_case: TransactionTestCase) -> None:
    """Delete the rows of all tables that have some. Triggers and foreign keys are asleep meanwhile."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(_which_have_rows())
        for (table,) in cursor.fetchall():
            cursor.execute(f'DELETE FROM "{table}"')


def _which_have_rows() -> str:
    tables = set(connection.introspection.django_table_names(only_existing=True, include_views=False))
    ask = "SELECT '{0}' WHERE EXISTS (SELECT 1 FROM \"{0}\")"
    return " UNION ALL ".join(ask.format(table) for table in sorted(tables - LEFT_BY_MIGRATING))
