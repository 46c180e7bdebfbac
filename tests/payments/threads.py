"""Several threads that do one thing at the same moment, each with a database connection of its own."""

from collections.abc import Callable
from typing import Any, TypeVar

from tests.parallel import at_once

T = TypeVar("T")


def together(count: int, work: Callable[[], T]) -> list[T]:
    """Results of all threads; the first exception of any of them is raised here."""
    for outcome in (found := outcomes(count, work)):
        if isinstance(outcome, BaseException):
            raise outcome
    return found


def outcomes(count: int, work: Callable[[], Any]) -> list[Any]:
    """Results of all threads, an exception standing for what it prevented."""
    return at_once(count, lambda _index: work())
