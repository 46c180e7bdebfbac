"""What a crash may take is written together, without waiting for the disk, and never makes anything else wait less."""

import threading
from collections.abc import Callable, Iterator
from unittest.mock import patch

import pytest
from django.db import InterfaceError, OperationalError, connection, transaction
from pytest_django.fixtures import Settings
from structlog.testing import capture_logs

from common import notes
from common.notes import Notebook, write_all
from tests.parallel import PATIENCE

KEEP = """
INSERT INTO kept (how, mark)
SELECT current_setting('synchronous_commit'), string_agg(mark, '' ORDER BY mark)
  FROM json_to_recordset(%(notes)s) AS note (mark text)
"""
Kept = Callable[[], list[tuple[str, ...]]]


@pytest.fixture
def kept(transactional_db: None) -> Iterator[Kept]:
    """A table that remembers how whoever wrote into it commits."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE kept (how text, mark text); SET synchronous_commit = on")
    yield lambda: _all("SELECT how, mark FROM kept")
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE kept; RESET synchronous_commit")


@pytest.fixture
def notebook() -> Iterator[Notebook]:
    notebook = Notebook(KEEP)
    yield notebook
    notes._notebooks.remove(notebook)


def _all(sql: str) -> list[tuple[str, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_a_note_on_its_own_waits_for_nobody(kept: Kept, notebook: Notebook) -> None:
    notebook.add(mark="!")
    assert kept() == [("off", "!")]
    assert _all("SHOW synchronous_commit") == [("on",)]


def test_a_note_within_a_transaction_is_as_safe_as_the_transaction(kept: Kept, notebook: Notebook) -> None:
    with transaction.atomic():
        notebook.add(mark="!")
        assert _all("SHOW synchronous_commit") == [("on",)]
    assert kept() == [("on", "!")]


def test_notes_are_written_together_by_a_thread_that_ends_when_there_is_no_more(
    kept: Kept, notebook: Notebook, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody who notes something asks the database; the next one to do so after a while is served as well."""
    settings.NOTE_SECONDS = 0.02
    monkeypatch.setattr(notes, "IDLE_SECONDS", 0.02)
    for mark in "abc":
        notebook.add(mark=mark)
    let_them_end()
    assert "".join(mark for _how, mark in kept()) == "abc"
    notebook.add(mark="d")
    let_them_end()
    assert "".join(mark for _how, mark in kept()) == "abcd"


def let_them_end() -> None:
    for thread in threading.enumerate():
        if thread.name == "notes":
            thread.join(PATIENCE)


def test_a_note_that_cannot_be_written_leaves_the_thread_alive(
    kept: Kept, notebook: Notebook, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a bug, so it is an error in the log; the note after it is written."""
    settings.NOTE_SECONDS = 0.02
    monkeypatch.setattr(notes, "IDLE_SECONDS", 0.02)
    with capture_logs() as logs, patch.object(notes, "to_json", side_effect=TypeError("no text")):
        notebook.add(mark="a")
        let_them_end()
    assert [(entry["event"], entry["log_level"]) for entry in logs] == [("notes_broken", "error")]
    notebook.add(mark="b")
    let_them_end()
    assert [mark for _how, mark in kept()] == ["b"]


@pytest.mark.parametrize("trouble", [OperationalError("no server"), InterfaceError("no server")])
def test_without_a_database_notes_are_lost_and_the_next_ones_are_not(
    kept: Kept, notebook: Notebook, trouble: Exception
) -> None:
    """Being lost is what notes may be: a warning, no error, and no memory that grows."""
    notebook._notes.append({"mark": "a"})
    with patch.object(connection, "cursor", side_effect=trouble), capture_logs() as logs:
        write_all()
    notebook._notes.append({"mark": "b"})
    write_all()
    assert kept() == [("off", "b")]
    assert logs == [{"event": "notes_lost", "error": "no server", "log_level": "warning"}]
