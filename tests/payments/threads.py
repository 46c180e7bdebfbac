"""Several threads that do one thing at the same moment, each with a database connection of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

from django.db import connection

T = TypeVar("T")


def together(count: int, work: Callable[[], T]) -> list[T]:
    """Results of all threads; the first exception of any of them is raised here."""
    return [outcome() for outcome in _run(count, work)]


def outcomes(count: int, work: Callable[[], Any]) -> list[Any]:
    """Results of all threads, an exception standing for what it prevented."""

    def caught(outcome: Callable[[], Any]) -> Any:
        try:
            return outcome()
        except Exception as error:
            return error

    return [caught(outcome) for outcome in _run(count, work)]


def _run(count: int, work: Callable[[], T]) -> list[Callable[[], T]]:
    barrier = threading.Barrier(count)

    def one() -> T:
        try:
            barrier.wait()
            return work()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        return [future.result for future in [pool.submit(one) for _thread in range(count)]]
