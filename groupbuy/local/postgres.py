"""A PostgreSQL of our own: made, started, found again after a crash, and stopped."""

import shlex
import shutil
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_AUTOCOMMIT

from groupbuy.local.account import Account
from groupbuy.local.problems import Problem

DATABASE = "groupbuy"
# The longest socket address a kernel takes is 103 bytes, and PostgreSQL puts ".s.PGSQL.5432" at its end.
LONGEST_SOCKET_FOLDER = 103 - len("/.s.PGSQL.5432")
# Recovery after a crash may take its time; giving up on it would look like lost data.
SECONDS_TO_START = 120
SECONDS_TO_STOP = 30

# Without a UTF-8 character type, letters of Chinese words count as punctuation: trigrams find nothing, silently.
LOCALE = "en_US.UTF-8" if sys.platform == "darwin" else "C.UTF-8"
# Nothing outlives a throw-away cluster, so nothing has to reach the disk and nobody has to tidy up.
FORGETFUL = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum": "off"}


class Postgres:
    """One database cluster in `folder`, reached through a socket that only its owner can open.

    With `durable` it keeps what was committed through a power cut; without, it trades that for speed.
    """

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self._account = Account.for_servers()
        self._programs = self._account.postgres_programs()
        self._folder = self._account.reachable(folder)
        self._data = self._folder.resolve() / "data"
        self._durable = durable
        self.log = self._folder / "log" / "postgres.log"

    @property
    def url(self) -> str:
        """How to connect. The server's own note says where its socket is, also when an earlier run started it."""
        socket_folder = (self._data / "postmaster.pid").read_text().splitlines()[4].strip()
        return f"postgresql://postgres@/{DATABASE}?host={quote(socket_folder)}"

    def start(self) -> None:
        """Make the cluster if there is none and start it; a server that outlived its crashed runner is taken over."""
        if not self._data.is_dir():
            self._initialise()
        if not self.is_running():
            self._clear_after_crash()
            self._launch()
        self._create_database()

    def stop(self) -> None:
        """Stop in an orderly way, or without further waiting where a client hangs on; forget what is not durable."""
        for mode in ("fast", "immediate"):
            if self.is_running():
                self._command("pg_ctl", "--wait", "--timeout", str(SECONDS_TO_STOP), "--mode", mode, "stop")
        if not self._durable:
            shutil.rmtree(self._folder, ignore_errors=True)

    def restart_at_once(self) -> None:
        """As a crash would: every connection is cut, nothing is finished, and the start recovers what was committed."""
        waiting = ("--wait", "--timeout", str(SECONDS_TO_START))
        command = ("--log", str(self.log), "--mode", "immediate", "restart")
        self._command("pg_ctl", *waiting, *command, failure="PostgreSQL did not start again")

    def is_running(self) -> bool:
        """Whether the process the cluster names is PostgreSQL: after a crash the number may be another's."""
        try:
            return _is_postgres(psutil.Process(int((self._data / "postmaster.pid").read_text().split("\n", 1)[0])))
        except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
            return False

    def _initialise(self) -> None:
        """Make the cluster aside and move it into place, so that an interrupted start leaves no half of one."""
        unfinished = self._folder / "data.unfinished"
        shutil.rmtree(unfinished, ignore_errors=True)
        self._account.own(unfinished)
        options = ["--auth=trust", "--encoding=UTF8", f"--locale={LOCALE}", "--username=postgres"]
        if not self._durable:
            options.append("--no-sync")
        self._command("initdb", *options, data=unfinished, failure="PostgreSQL could not be set up")
        unfinished.rename(self._data)

    def _clear_after_crash(self) -> None:
        """Remove the notes of a server that was killed: PostgreSQL takes any process of that number for it.

        The notes also keep a second server out while workers of the first one still write, so wait for those.
        """
        deadline = time.monotonic() + SECONDS_TO_STOP
        while any(_works_in(process, self._data) for process in psutil.process_iter()):
            if time.monotonic() > deadline:
                raise Problem(f"An earlier PostgreSQL still works in {self._data}. End its processes and start again.")
            time.sleep(0.1)
        (self._data / "postmaster.pid").unlink(missing_ok=True)
        shutil.rmtree(self._folder / "socket", ignore_errors=True)

    def _launch(self) -> None:
        settings = {
            "listen_addresses": "",
            "unix_socket_directories": f'"{self._socket_folder()}"',
            "max_connections": "300",
        }
        if not self._durable:
            settings |= FORGETFUL
        options = " ".join(f"-c {shlex.quote(f'{name}={value}')}" for name, value in settings.items())
        self._account.own(self.log.parent)
        waiting = ("--wait", "--timeout", str(SECONDS_TO_START))
        logging = ("--log", str(self.log))
        self._command("pg_ctl", *waiting, *logging, "-o", options, "start", failure="PostgreSQL did not start")

    def _socket_folder(self) -> Path:
        folder = self._folder / "socket"
        if len(str(folder).encode()) > LONGEST_SOCKET_FOLDER:
            folder = Path(tempfile.mkdtemp(prefix="groupbuy-socket-"))
        self._account.own(folder)
        return folder

    def _command(self, program: str, *arguments: str, data: Path | None = None, failure: str = "") -> None:
        """Run one of PostgreSQL's programs on the cluster; a `failure` text makes its failing a Problem."""
        # Not a pipe: the server inherits it from pg_ctl, and reading it would wait for the server's end.
        with tempfile.TemporaryFile("w+") as output:
            command: list[str | Path] = [self._programs / program, "--pgdata", data or self._data, *arguments]
            done = self._account.run(command, stdout=output, stderr=output)
            if done.returncode and failure:
                output.seek(0)
                raise Problem(f"{failure}.\n{_last_lines(output.read() + self._log_text())}")

    def _log_text(self) -> str:
        return self.log.read_text(errors="replace") if self.log.is_file() else ""

    def _create_database(self) -> None:
        connection = psycopg2.connect(self.url.replace(f"/{DATABASE}?", "/postgres?"))
        connection.set_isolation_level(ISOLATION_LEVEL_AUTOCOMMIT)
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE])
                if cursor.fetchone() is None:
                    cursor.execute(f"CREATE DATABASE {DATABASE}")
        finally:
            connection.close()


def _is_postgres(process: psutil.Process) -> bool:
    return process.name() == "postgres" and process.status() != psutil.STATUS_ZOMBIE


def _works_in(process: psutil.Process, folder: Path) -> bool:
    try:
        return _is_postgres(process) and Path(process.cwd()) == folder
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False  # ended meanwhile, or somebody else's


def _last_lines(text: str, count: int = 12) -> str:
    return "\n".join(text.strip().splitlines()[-count:])
