"""Many people at the same instant: real threads, each with its own database connection."""

import itertools
import threading
from collections.abc import Callable
from typing import Any

from django.db import connection

# Longer than any machine takes to bring the others along: who meets goes on at once, and nobody waits this long but
# in a test that fails.
PATIENCE = 30


class Meeting:
    """A place where the first to come wait until all of them are there; whoever comes later walks on.

    It stands between the look and the write of a counter-test: so many have looked before any of them writes, however
    slow the machine. It must be where no lock that one of them holds keeps the others away.
    """

    def __init__(self, parties: int = 2, *, patience: float = PATIENCE) -> None:
        self._parties = parties
        self._arrivals = itertools.count(1)
        self._barrier = threading.Barrier(parties, timeout=patience)

    def wait(self) -> bool:
        """Whether the others came before patience ran out; a guard that does its work keeps them away."""
        if next(self._arrivals) > self._parties:
            return True
        try:
            self._barrier.wait()
        except threading.BrokenBarrierError:
            return False
        return True

    def after(self, look: Callable[..., Any]) -> Callable[..., Any]:
        """The function, with a meeting after it: what was read there is old when it is used."""

        def look_and_meet(*args: Any, **named: Any) -> Any:
            seen = look(*args, **named)
            self.wait()
            return seen

        return look_and_meet


def at_once(count: int, work: Callable[[int], Any]) -> list[Any]:
    """Call work(0) … work(count − 1) in threads that start together. Answers, or the exceptions, in that order."""
    start = threading.Barrier(count)
    outcomes: list[Any] = [AssertionError("never ran")] * count

    def run(index: int) -> None:
        try:
            start.wait()
            outcomes[index] = work(index)
        except Exception as error:
            outcomes[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes
