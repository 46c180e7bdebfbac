"""`make run`, from outside: what somebody sees who starts it, starts it twice, kills it or stops it."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest

from groupbuy.local.ports import free_port

READY = "groupbuy is ready"
# What the first start of a folder says and does, and no later one.
ONCE_FOR_ALL = {"Collecting static files\n", "正在准备演示数据，要一两分钟\n"}


class Run:
    """One `make run` in a data folder of its own."""

    def __init__(self, folder: Path, port: int) -> None:
        self.address = f"http://127.0.0.1:{port}"
        self.folder = folder
        unset = {"DATABASE_URL", "REDIS_URL", "DJANGO_SETTINGS_MODULE", "DJANGO_ALLOW_ASYNC_UNSAFE"}
        environment = {name: value for name, value in os.environ.items() if name not in unset}
        small_demo = {"DEMO_DAYS": "0", "DEMO_PIXELS": "240"}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "groupbuy.local.run"],
            env=environment | small_demo | {"GROUPBUY_DATA_DIR": str(folder), "PORT": str(port)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def await_ready(self) -> list[str]:
        """Wait for the welcome; return the lines that were said until then."""
        assert self.process.stdout is not None
        lines = []
        for line in self.process.stdout:
            lines.append(line)
            if line.startswith("Ctrl-C"):
                assert f"{READY}\n" in lines
                return lines
        raise AssertionError("".join(lines))

    def end(self, number: signal.Signals) -> str:
        """Send a signal; return what was said after it."""
        self.process.send_signal(number)
        return self.process.communicate(timeout=60)[0]

    def database_url(self) -> str:
        found = re.search("^DATABASE_URL=(.*)$", (self.folder / "env").read_text(), re.MULTILINE)
        assert found
        return found[1]

    def leftovers(self) -> list[str]:
        """Every living process that belongs to this folder."""
        return [" ".join(process.cmdline()) for process in psutil.process_iter() if _belongs(process, self.folder)]


def _belongs(process: psutil.Process, folder: Path) -> bool:
    try:
        of_folder = str(folder) in " ".join(process.cmdline())
        return of_folder or process.environ().get("GROUPBUY_DATA_DIR") == str(folder)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A data folder that the account of PostgreSQL can enter too, which pytest's own cannot be for root.

    One for all: the first run fills it with the demo, and the others meet what it left, as people do.
    """
    with tempfile.TemporaryDirectory(prefix="groupbuy-run-") as name:
        Path(name).chmod(0o711)
        yield Path(name)


def test_it_serves_keeps_its_data_and_outlives_a_kill(folder: Path) -> None:
    """Started, started twice, stopped, started again, killed, started once more, and its beat dies."""
    port = free_port()
    run = Run(folder, port)
    assert set(run.await_ready()) >= ONCE_FOR_ALL
    assert _status(f"{run.address}/healthz") == 200
    _execute(run.database_url(), "CREATE TABLE kept_by_the_test (answer int)")

    second = Run(folder, port)
    assert "already runs" in second.process.communicate(timeout=60)[0]
    assert second.process.returncode == 1

    assert "The data is kept" in run.end(signal.SIGTERM)
    assert run.process.returncode == 0
    assert run.leftovers() == []

    again = Run(folder, port)
    assert ONCE_FOR_ALL.isdisjoint(again.await_ready())
    _execute(again.database_url(), "DROP TABLE kept_by_the_test")

    again.process.kill()
    again.process.wait()
    assert again.leftovers() != []
    after_the_kill = Run(folder, port)
    after_the_kill.await_ready()
    _a_part_that_dies_ends_it_and_is_named(after_the_kill)


def _a_part_that_dies_ends_it_and_is_named(run: Run) -> None:
    next(child for child in psutil.Process(run.process.pid).children() if "beat" in child.cmdline()).kill()
    said = run.process.communicate(timeout=60)[0]
    assert "The process “beat” ended by itself" in said
    assert run.process.returncode == 1
    assert run.leftovers() == []


def test_a_port_that_is_taken_is_told_with_another_one(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as occupant:
        port = occupant.getsockname()[1]
        said = Run(folder, port).process.communicate(timeout=60)[0]
    assert re.search(rf"Port {port} is taken .* PORT=\d+ make run", said)


def _status(url: str) -> int:
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.status


def _execute(url: str, statement: str) -> None:
    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute(statement)
    connection.close()
