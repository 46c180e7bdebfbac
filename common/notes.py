"""What a crash may take: noted while a request is answered, and written down a moment later, with all the others.

When a key was last used and where a program came from are a row each for everybody who comes in a rush. Nobody reads
them in the same second, so nobody waits for them.
"""

import time
from multiprocessing.util import Finalize
from threading import Event, Lock, Thread
from typing import Any

import structlog
from django.conf import settings
from django.db import Error, close_old_connections, connection

from common.rows import to_json

log = structlog.get_logger(__name__)

# A connection that is not needed for so long is given back.
IDLE_SECONDS = 30


class Notebook:
    """Notes that one statement writes down: `sql` over `%(notes)s`, a JSON list of them.

    Two processes may write of the same rows at once: it goes by an order of them, or leaves out what is locked.
    """

    def __init__(self, sql: str) -> None:
        self._sql = sql
        self._lock = Lock()
        self._notes: list[dict[str, Any]] = []
        _notebooks.append(self)

    def add(self, **note: Any) -> None:
        """Write this down within `settings.NOTE_SECONDS`; where that is 0, now."""
        with self._lock:
            self._notes.append(note)
        if settings.NOTE_SECONDS:
            _writer.wake()
        else:
            self.write_down()

    def write_down(self) -> None:
        """Write what is there; nobody waits for the disk, except within a transaction."""
        with self._lock:
            notes, self._notes = self._notes, []
        if not notes:
            return
        sql = self._sql if connection.in_atomic_block else f"SET LOCAL synchronous_commit = off; {self._sql}"
        with connection.cursor() as cursor:
            cursor.execute(sql, {"notes": to_json(notes)})


class _Writer:
    """The thread of a process that writes everything down, with its own connection; it ends when there is no more."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._noted = Event()
        self._is_there = False

    def wake(self) -> None:
        """There is something to write."""
        with self._lock:
            self._noted.set()
            if not self._is_there:
                self._is_there = True
                Thread(target=self._run, name="notes", daemon=True).start()

    def _run(self) -> None:
        while self._more():
            time.sleep(settings.NOTE_SECONDS)
            self._noted.clear()
            try:
                write_all()
            except Exception:
                # A thread that died of one note would leave all that come after it unwritten, and in memory.
                log.exception("notes_broken")
        connection.close()

    def _more(self) -> bool:
        """Whether somebody noted something; whoever does so after this said no starts another thread."""
        self._noted.wait(IDLE_SECONDS)
        with self._lock:
            self._is_there = self._noted.is_set()
            return self._is_there


def write_all() -> None:
    """Every notebook of this process, while there is a database; without one the notes are lost."""
    close_old_connections()
    for notebook in _notebooks:
        try:
            notebook.write_down()
        except Error as error:
            log.warning("notes_lost", error=str(error))


_notebooks: list[Notebook] = []
_writer = _Writer()
# What was noted in the last moment of a process that is stopped; one that multiprocessing started knows no atexit.
Finalize(None, write_all, exitpriority=0)
