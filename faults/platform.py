"""The platform as `make run` starts it, with a hand on every plug."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

import redis
import requests
from django.db import connection

from faults.waiting import GaveUp
from groupbuy.local.postgres import Postgres
from groupbuy.local.processes import REGISTER, Family
from groupbuy.local.run import Plan, commands
from groupbuy.local.servers import Servers

SECONDS_TO_START = 90
SWEEPING = ("worker", "beat")


class Platform:
    """Servers and processes. The processes are those of `groupbuy.local.run.commands`, by their names."""

    def __init__(self, plan: Plan, servers: Servers, family: Family) -> None:
        self.address = plan.address
        self._commands = commands(plan)
        self._servers = servers
        self._family = family

    def start(self, *names: str) -> None:
        """Start processes; the web server is there when this returns."""
        for name in names:
            self._family.start(name, *self._commands[name])
        if "web" in names:
            self.await_ready(SECONDS_TO_START)

    def kill(self, *names: str) -> None:
        """Kill processes with everything they started, in the middle of their work."""
        for name in names:
            self._family.kill(name)

    def restart_database(self) -> None:
        """Restart PostgreSQL as after a crash; it is up again when this returns."""
        postgres = self._servers.own["PostgreSQL"]
        assert isinstance(postgres, Postgres)
        postgres.restart_at_once()
        connection.close()

    def empty_valkey(self) -> None:
        """Forget every cached value, every queue and every message in somebody's hands."""
        with redis.Redis.from_url(self._servers.redis_url) as client:
            client.flushall()

    def await_ready(self, seconds: float) -> float:
        """Wait until the web server reaches database and cache; how many seconds it took. Raises GaveUp."""
        begun = time.monotonic()
        while not self._is_ready():
            if time.monotonic() - begun > seconds:
                raise GaveUp(f"/readyz was not well after {seconds:.0f} s")
            time.sleep(0.1)
        return time.monotonic() - begun

    @contextmanager
    def nobody_sweeping(self) -> Iterator[None]:
        """Without worker and beat: what is due stays so until somebody else does it."""
        self.kill(*SWEEPING)
        try:
            yield
        finally:
            self.start(*SWEEPING)

    def _is_ready(self) -> bool:
        self._family.check()
        try:
            return requests.get(f"{self.address}/readyz", timeout=5).status_code == 200
        except requests.RequestException:
            return False


@contextmanager
def running(plan: Plan, servers: Servers, output: TextIO) -> Iterator[Platform]:
    """The whole platform; none of its processes is left at the end, whatever happens."""
    family = Family(plan.folder / REGISTER, os.environ, output)
    try:
        platform = Platform(plan, servers, family)
        platform.start(*commands(plan))
        yield platform
    finally:
        family.stop()
