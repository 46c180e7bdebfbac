"""PostgreSQL and Valkey together, as context managers: kept for `make run`, thrown away for tests and benchmarks."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import NoReturn

import psutil

from groupbuy.local.postgres import Postgres
from groupbuy.local.processes import REGISTER, Family
from groupbuy.local.valkey import Valkey

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
THROW_AWAY_PREFIX = "groupbuy-throw-away-"


@dataclass(frozen=True)
class Servers:
    """Where the servers are, and the folder they work in. `own` names those this process must keep an eye on."""

    database_url: str
    redis_url: str
    folder: Path
    own: dict[str, Postgres | Valkey] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """The variables by which every process of the platform finds the servers."""
        return {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url}


@contextmanager
def kept_servers(folder: Path) -> Iterator[Servers]:
    """Servers whose data outlives them, in `folder`. One that the environment names already is used, not started."""
    with _servers(folder, durable=True) as servers:
        yield servers


@contextmanager
def throw_away_servers(*, durable: bool = False) -> Iterator[Servers]:
    """Servers with empty data, gone without a trace at the end, and so are those of a run that was killed.

    They are quick; `durable` ones are as slow and as safe as kept ones, for whoever wants to see them crash.
    """
    _remove_leftovers()
    folder = Path(tempfile.mkdtemp(prefix=f"{THROW_AWAY_PREFIX}{os.getpid()}-"))
    folder.chmod(0o711)  # the account PostgreSQL runs as must get through to its own part
    try:
        with _servers(folder, durable=durable) as servers:
            yield servers
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def stop_on_signals() -> None:
    """Let SIGTERM and SIGHUP unwind the program as Ctrl-C does: by default they would end it and orphan the servers.

    Only the first signal counts; the next ones would interrupt the stopping and leave half of it undone.
    """
    for number in STOP_SIGNALS:
        signal.signal(number, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> NoReturn:
    for each in STOP_SIGNALS:
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt(signal.Signals(number).name)


@contextmanager
def _servers(folder: Path, *, durable: bool) -> Iterator[Servers]:
    own: dict[str, Postgres | Valkey] = {}
    with ExitStack() as stack:
        for name, variable, kind in (("PostgreSQL", "DATABASE_URL", Postgres), ("Valkey", "REDIS_URL", Valkey)):
            if variable not in os.environ:
                server = kind(folder / kind.__name__.lower(), durable=durable)
                stack.callback(server.stop)
                server.start()
                own[name] = server
        yield Servers(
            database_url=os.environ.get("DATABASE_URL") or own["PostgreSQL"].url,
            redis_url=os.environ.get("REDIS_URL") or own["Valkey"].url,
            folder=folder,
            own=own,
        )


def _remove_leftovers() -> None:
    """End what throw-away runs whose process was killed left behind, and remove their folders."""
    for folder in Path(tempfile.gettempdir()).glob(f"{THROW_AWAY_PREFIX}*-*"):
        owner = folder.name.removeprefix(THROW_AWAY_PREFIX).split("-")[0]
        if owner.isdigit() and not psutil.pid_exists(int(owner)) and os.access(folder, os.W_OK):
            Family(folder / REGISTER, {}).stop_leftovers()
            Postgres(folder / "postgres", durable=False).stop()
            Valkey(folder / "valkey", durable=False).stop_leftover()
            shutil.rmtree(folder, ignore_errors=True)
