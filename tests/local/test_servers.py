"""The servers that tests and `make run` bring along."""

import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg2
import pytest

from groupbuy.local.postgres import Postgres
from groupbuy.local.servers import THROW_AWAY_PREFIX, throw_away_servers

SERVER_VARIABLES = ("DATABASE_URL", "REDIS_URL")
HOLD_SERVERS = """
import sys, time
from groupbuy.local.servers import stop_on_signals, throw_away_servers
stop_on_signals()
with throw_away_servers() as servers:
    print(servers.database_url, flush=True)
    time.sleep(60)
"""
HOLD_A_CHILD_TOO = """
import os, sys, time
from groupbuy.local.processes import REGISTER, Family
from groupbuy.local.servers import throw_away_servers
with throw_away_servers(durable=True) as servers:
    child = (sys.executable, "-c", "import time; time.sleep(60)", str(servers.folder))
    Family(servers.folder / REGISTER, os.environ).start("child", *child)
    print(servers.database_url, flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def own_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """Forget the servers of the test run itself: these tests start their own."""
    for name in SERVER_VARIABLES:
        monkeypatch.delenv(name)


@pytest.fixture
def postgres(tmp_path: Path) -> Iterator[Postgres]:
    server = Postgres(tmp_path, durable=True)
    yield server
    server.stop()
    shutil.rmtree(server.log.parents[1])  # for root it does not lie in tmp_path, which is closed to others


def ask(url: str, query: str) -> object:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            cursor.execute(query)
            row = cursor.fetchone() if cursor.description else None
            return row and row[0]
    finally:
        connection.close()


def test_chinese_letters_are_letters() -> None:
    """With the C locale the trigrams of a Chinese word are an empty set, and search finds nothing."""
    with throw_away_servers() as servers:
        ask(servers.database_url, "CREATE EXTENSION pg_trgm")
        assert ask(servers.database_url, "SELECT cardinality(show_trgm('土豆'))") == 3


def test_a_kept_database_survives_the_death_of_its_server(postgres: Postgres) -> None:
    postgres.start()
    ask(postgres.url, "CREATE TABLE kept AS SELECT 7 AS answer")
    postmaster = _postmaster(postgres)
    postmaster.kill()
    psutil.wait_procs([postmaster], timeout=30)
    assert not postgres.is_running()
    postgres.start()
    assert ask(postgres.url, "SELECT answer FROM kept") == 7
    assert ask(postgres.url, "SHOW fsync") == "on"


def test_after_a_restart_like_a_crash_all_that_was_committed_is_there_at_the_same_address(postgres: Postgres) -> None:
    postgres.start()
    address = postgres.url
    ask(address, "CREATE TABLE kept AS SELECT 7 AS answer")
    started = _postmaster(postgres).pid
    postgres.restart_at_once()
    assert _postmaster(postgres).pid != started
    assert ask(address, "SELECT answer FROM kept") == 7


def test_a_server_that_outlived_its_runner_is_taken_over(postgres: Postgres, tmp_path: Path) -> None:
    postgres.start()
    started = _postmaster(postgres).pid
    successor = Postgres(tmp_path, durable=True)
    successor.start()
    assert _postmaster(successor).pid == started


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_leaves_neither_server_nor_folder(number: signal.Signals) -> None:
    holder = _start_holder()
    holder.send_signal(number)
    holder.wait(30)
    assert traces_of(holder.pid) == []


@pytest.mark.parametrize("program", [HOLD_SERVERS, HOLD_A_CHILD_TOO])
def test_what_a_killed_run_left_is_removed_by_the_next(program: str) -> None:
    holder = _start_holder(program)
    holder.kill()
    holder.wait()
    assert traces_of(holder.pid) != []
    with throw_away_servers():
        assert traces_of(holder.pid) == []


def _start_holder(program: str = HOLD_SERVERS) -> subprocess.Popen[str]:
    """A process that holds throw-away servers until it is stopped."""
    holder = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline().startswith("postgresql://")
    return holder


def traces_of(pid: int) -> list[str]:
    """The command lines that mention the throw-away folder of a process."""
    folder = f"{THROW_AWAY_PREFIX}{pid}-"
    processes = psutil.process_iter(["cmdline"])
    return [line for line in (" ".join(process.info["cmdline"] or []) for process in processes) if folder in line]


def _postmaster(postgres: Postgres) -> psutil.Process:
    data = postgres.log.parents[1] / "data"
    return psutil.Process(int((data / "postmaster.pid").read_text().split()[0]))
