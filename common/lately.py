"""What this process has met lately, for work that need not be done again, and does no harm when it is."""

from collections.abc import Hashable
from threading import Lock

MOST_KEPT = 10_000


class Lately:
    """A bounded set that forgets everything when it is full."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._met: set[Hashable] = set()

    def is_new(self, what: Hashable) -> bool:
        """Whether it is met for the first time; from now on it is not."""
        with self._lock:
            if what in self._met:
                return False
            if len(self._met) >= MOST_KEPT:
                self._met.clear()
            self._met.add(what)
            return True
