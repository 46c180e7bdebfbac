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
        """What happened is heard; of what is remembered, people hear too."""
        is_remembered = self.now - instant < MEMORY
        events.relay(now=instant, heard_by=bool if is_remembered else _has_effects)
        if is_remembered:
            send_due(now=instant)


def _has_effects(handler: str) -> bool:
    """Whether a handler changes what comes later: those who tell people do not, and days are counted at the end."""
    return not (handler.startswith("analytics.") or handler.rpartition(".")[2].startswith("tell_"))
