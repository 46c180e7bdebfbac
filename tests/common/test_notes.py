"""What a crash may take is written without waiting for the disk, and never makes anything else wait less."""

import pytest
from django.db import connection, transaction

from common.calls import note

KEEP = "INSERT INTO kept (how) VALUES (current_setting('synchronous_commit') || %(mark)s)"


@pytest.fixture
def kept(transactional_db):
    """A table that remembers how whoever wrote into it commits."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (how text); SET synchronous_commit = on")
    yield lambda: _all("SELECT how FROM kept")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE kept; RESET synchronous_commit")


def _all(sql: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return [row[0] for row in cursor.fetchall()]


def test_a_note_on_its_own_waits_for_nobody(kept):
    note(KEEP, {"mark": "!"})
    assert kept() == ["off!"]
    assert _all("SHOW synchronous_commit") == ["on"]


def test_a_note_within_a_transaction_is_as_safe_as_the_transaction(kept):
    with transaction.atomic():
        note(KEEP, {"mark": "!"})
        assert _all("SHOW synchronous_commit") == ["on"]
    assert kept() == ["on!"]
