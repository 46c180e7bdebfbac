"""A connection is asked once a second whether it is there, and at once when something went wrong."""

import time
from collections.abc import Iterator

import pytest
from django.db import DatabaseError, InterfaceError, connection
from django.db.backends.postgresql.base import DatabaseWrapper

from common.postgresql.base import TRUSTED_SECONDS

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """How often the server is really asked."""
    asked: list[str] = []
    ask = DatabaseWrapper.is_usable
    connection.ensure_connection()

    def note_and_ask(wrapper: DatabaseWrapper) -> bool:
        asked.append("there?")
        return bool(ask(wrapper))

    monkeypatch.setattr(DatabaseWrapper, "is_usable", note_and_ask)
    yield asked
    connection.close()


def test_within_a_second_it_is_believed(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "_answered_at", time.monotonic() - TRUSTED_SECONDS)
    assert [connection.is_usable() for _request in range(5)] == [True] * 5
    assert asked == ["there?"]


def test_after_an_error_it_is_asked(asked: list[str]) -> None:
    with pytest.raises(DatabaseError):
        connection.cursor().execute("SELEC 1")
    connection.close_if_unusable_or_obsolete()
    assert asked == ["there?"]
    assert not connection.errors_occurred


def test_one_that_is_gone_is_made_anew_for_the_next_request(asked: list[str]) -> None:
    """The server was started again: whoever meets it hears so, the next one is served."""
    connection.connection.close()
    with pytest.raises(InterfaceError):
        connection.cursor().execute("SELECT 1")
    connection.close_if_unusable_or_obsolete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)
