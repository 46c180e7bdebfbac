"""A worker that dies between two batches of the night."""

import itertools
from collections.abc import Callable
from typing import Any

import pytest

from common import events


class Killed(BaseException):
    """What nobody handles."""


def kill_after(batches: int, night: Callable[[], object]) -> None:
    """Let a night tell of so many batches, and die in the one after them before it is committed."""
    publish, told = events.publish, itertools.count()

    def publish_or_die(*news: Any) -> None:
        if next(told) == batches:
            raise Killed
        publish(*news)

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(events, "publish", publish_or_die)
        with pytest.raises(Killed):
            night()
