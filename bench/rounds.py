"""Measuring a row: both sides by turns, on equal data, and the books in order after each of ours."""

import time
from contextlib import nullcontext
from typing import Any

from django.db import connection

from bench.databases import BENCH, PREPARED, SEEDED, copy
from bench.row import Figures, Row
from bench.server import web_server
from common.invariants import check_all
from common.postgresql.base import TRUSTED_SECONDS

ROUNDS = 3


def measure(row: Row) -> Figures:
    """Run both sides in turn, three times. Raises whatever a side raises, and AssertionError when ours did harm."""
    copy(SEEDED, BENCH)
    with web_server() if row.served else nullcontext():
        context = row.prepare()
        if row.fresh:
            copy(BENCH, PREPARED)
        return Figures.of(row, [_round(row, context) for _round_number in range(ROUNDS)])


def _round(row: Row, context: Any) -> tuple[float, float]:
    _restore(row)
    ours = row.ours(context)
    _check(row)
    _restore(row)
    return ours, row.reference(context)


def _restore(row: Row) -> None:
    if row.fresh:
        copy(PREPARED, BENCH)
    if row.fresh and row.served:
        # The server believes for this long that its connections are still there.
        time.sleep(TRUSTED_SECONDS)


def _check(row: Row) -> None:
    with connection.cursor() as cursor:
        # What autovacuum will have done by the time that anybody asks for invariants in earnest.
        cursor.execute("ANALYZE")
    # Nobody sweeps meanwhile, so what sweeps keep up with is left aside.
    if violations := check_all(include_settled=False):
        raise AssertionError(f"{row.name} left the database unsound: {violations}")
