"""The past, played act by act in the order of time."""

import datetime as dt
import heapq
import itertools
from collections.abc import Callable

from common import events
from notifications.services.sending import send_due
from web.demo.gateway import SandboxBooks, StoryClock
from web.demo.town import Town

Act = Callable[[dt.datetime], object]
# What happens closer together is told together.
BREATH = dt.timedelta(minutes=3)
# What is older is news to nobody any more: the messages about it were read and cleared away long ago.
MEMORY = dt.timedelta(days=14)


class Story:
    """Acts in the order of their time; an act may add others."""

    def __init__(self, town: Town, gateway: SandboxBooks, *, now: dt.datetime) -> None:
        self.town = town
        self.gateway = gateway
        self.now = now
        self._acts: list[tuple[dt.datetime, int, Act]] = []
        self._turn = itertools.count()

    def at(self, instant: dt.datetime, act: Act) -> None:
        """Let something happen then; what would lie in the future does not happen."""
        if instant <= self.now:
            heapq.heappush(self._acts, (instant, next(self._turn), act))

    def play(self) -> None:
        """Let everything happen, followed by what the platform does about it."""
        while self._acts:
            instant, _turn, act = heapq.heappop(self._acts)
            StoryClock.now = instant
            act(instant)
            if not self._acts or self._acts[0][0] - instant > BREATH:
                self._tell(instant)
        events.drain(now=self.now)
        send_due(now=self.now)

    def _tell(self, instant: dt.datetime) -> None:
        """What happened is heard; of what is remembered, people hear too. Days are counted once, at the end."""
        is_remembered = self.now - instant < MEMORY
        events.relay(now=instant, heard_by=_is_no_count if is_remembered else _has_effects)
        if is_remembered:
            send_due(now=instant)


def _is_no_count(handler: str) -> bool:
    """Whether a handler does something else than mark days to be counted."""
    return not handler.startswith("analytics.")


def _has_effects(handler: str) -> bool:
    """Whether a handler changes what comes later; those who tell people do not."""
    return _is_no_count(handler) and not handler.rpartition(".")[2].startswith("tell_")
