"""Counting together: each process counts by itself, and tells the cache every few times."""

from threading import Lock

from django.core.cache import cache

MOST_COUNTED = 10_000


class Tally:
    """How often something was counted, by all processes as far as they have told each other.

    A step is what one process keeps to itself, so that the sum is short by less than that for each of them. What is not
    told when the memory is full is forgotten.
    """

    def __init__(self) -> None:
        self._lock = Lock()
        # By counter: what the cache said last, and what was counted here since.
        self._counted: dict[str, tuple[int, int]] = {}

    def count(self, counter: str, *, step: int, seconds: int) -> int:
        """Count once more, for so many seconds, and say how often that was."""
        with self._lock:
            told, here = self._counted.get(counter, (0, 0))
            here += 1
            self._remember(counter, told, here % step)
        if here < step:
            return told + here
        cache.add(counter, 0, timeout=seconds + 1)
        told = cache.incr(counter, here)
        with self._lock:
            _told, here = self._counted.get(counter, (0, 0))
            self._remember(counter, told, here)
        return told + here

    def _remember(self, counter: str, told: int, here: int) -> None:
        if len(self._counted) >= MOST_COUNTED and counter not in self._counted:
            self._counted.clear()
        self._counted[counter] = (told, here)
