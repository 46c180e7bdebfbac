"""The sandbox gateway as a process of its own, as `make run` starts it, on the bench's database."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import requests
from django.conf import settings
from django.db import connection

from bench.server import log_path
from groupbuy.local.environment import data_dir
from groupbuy.local.processes import REGISTER, Family

COMMAND = (sys.executable, str(Path(settings.BASE_DIR, "manage.py")), "sandbox_gateway")
SECONDS_TO_ANSWER = 30
# Nobody is told of what becomes of them: the web server, which hears it, has no part in the row.
BOOKS = """
INSERT INTO sandbox_payment (number, gateway_number, token, title, amount_fen, status, notify_url, return_url,
                             created_at, expires_at, paid_at)
SELECT number, gateway_number, 'bench' || id, title, amount_fen, 'paid', '', '', created_at, expires_at, captured_at
  FROM payments_payment WHERE gateway = 'sandbox' AND status = 'captured'
"""


def fill_books() -> None:
    """The gateway knows the payments that were captured there."""
    with connection.cursor() as cursor:
        cursor.execute(BOOKS)


@contextmanager
def sandbox_server() -> Iterator[None]:
    """The server, answering at SANDBOX_GATEWAY_URL; it is gone at the end."""
    with log_path().open("a") as log:
        family = Family(data_dir() / REGISTER, os.environ | {"PYTHONUNBUFFERED": "1"}, log)
        try:
            family.start("gateway", *COMMAND)
            _await_answer(family)
            yield
        finally:
            family.stop()


def _await_answer(family: Family) -> None:
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while time.monotonic() < deadline:
        family.check()
        try:
            requests.get(settings.SANDBOX_GATEWAY_URL, timeout=5).raise_for_status()
            return
        except requests.RequestException:
            time.sleep(0.1)
    raise TimeoutError("the sandbox gateway does not answer")
