"""The web server that people are served by, on the bench's database."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import requests

from groupbuy.local.environment import data_dir
from groupbuy.local.ports import free_port
from groupbuy.local.processes import REGISTER, Family
from groupbuy.local.run import WEB, Plan, await_answer, web_command

MOST_WORDS = 3_000


@cache
def plan() -> Plan:
    """Where it listens: one free port for the whole run."""
    return Plan(folder=data_dir(), port=free_port(), reload=False)


@contextmanager
def web_server(database: str = "bench", **settings: str) -> Iterator[Plan]:
    """The server, answering; it is gone at the end. What it says stands in web.log of the bench's folder.

    `settings` are variables of its environment.
    """
    environment = os.environ | {"BENCH_DATABASE": database, "PYTHONUNBUFFERED": "1"} | settings
    with log_path().open("a") as log:
        family = Family(data_dir() / REGISTER, environment, log)
        try:
            family.start(WEB, *web_command(plan()))
            await_answer(plan(), family)
            yield plan()
        finally:
            family.stop()


def log_path() -> Path:
    return data_dir() / "web.log"


def last_words() -> str:
    """The end of what the server had to say, for whoever looks for the reason of a failure."""
    return log_path().read_text(errors="replace")[-MOST_WORDS:] if log_path().is_file() else ""


def answer_of(path: str, headers: Mapping[str, str] | None = None) -> requests.Response:
    """What the running server answers to a GET. Raises HTTPError."""
    answer = requests.get(f"{plan().address}{path}", headers=headers, timeout=30)
    answer.raise_for_status()
    return answer
