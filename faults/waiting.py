"""Waiting for a platform that is being broken on purpose."""

import time
from collections.abc import Callable

from django.db import connection

from common.contention import as_refusal

STEP_SECONDS = 0.05


class GaveUp(Exception):
    """Something did not happen in time."""


def wait_until(happened: Callable[[], bool], what: str, *, seconds: float) -> float:
    """How many seconds it took. A database that is away meanwhile says nothing. Raises GaveUp."""
    begun = time.monotonic()
    while not _answered(happened):
        if time.monotonic() - begun > seconds:
            raise GaveUp(f"waited {seconds:.0f} s in vain: {what}")
        time.sleep(STEP_SECONDS)
    return time.monotonic() - begun


def _answered(happened: Callable[[], bool]) -> bool:
    try:
        return happened()
    except Exception as error:
        if as_refusal(error) is None:
            raise
        connection.close()
        return False
