"""Promised money leaves: claimed in a commit of its own, sent outside any transaction, booked in a third step.

The first attempt sends; every later one asks first, because a call without an answer may have done its work.
"""

import datetime as dt
import time
from collections import deque
from collections.abc import Iterator, Sequence
from functools import partial

from django.conf import settings

from payments.models import Refund
from payments.services.asking import ask_about
from payments.services.booking import book
from payments.services.claiming import LEASE, claim, gateways_due
from payments.services.pacing import wait_for_turn

# After so many silences in a row what is left for a gateway waits for a later run.
MOST_SILENCE = 10
# So many answers are booked together, and none waits longer for the others than this.
BATCH = 200
LONGEST_WAIT = dt.timedelta(seconds=2)
# The last answers and their booking belong to the lease as well.
TO_FINISH = dt.timedelta(seconds=15)


class Errand:
    """The refunds of one gateway that this run has in hand."""

    def __init__(self, gateway: str, refunds: Sequence[Refund]) -> None:
        self._gateway = gateway
        self._waiting = deque(refunds)
        self._silence = 0
        self._ends_at = time.monotonic() + (LEASE - TO_FINISH).total_seconds()

    @property
    def goes_on(self) -> bool:
        """Whether there is more to do, by a gateway that still answers, with refunds that are still ours."""
        return bool(self._waiting) and self._silence < MOST_SILENCE and time.monotonic() < self._ends_at

    def run(self, *, now: dt.datetime) -> int:
        """Go on until the gateway is silent once; returns how many refunds got an answer."""
        answered = 0
        while self.goes_on:
            answers = ask_about(self._next_batch(), hands=self._hands, wait_for_turn=self._turn)
            silences = sum(answer.is_silence for answer in answers)
            answered += len(answers) - silences
            self._silence = self._silence + silences if silences else 0
            book(answers, now=now)
            if silences:
                break
        return answered

    @property
    def _hands(self) -> int:
        """A gateway in trouble is asked one thing at a time."""
        return 1 if self._silence else settings.REFUNDS_AT_ONCE

    @property
    def _turn(self) -> partial[float]:
        return partial(wait_for_turn, self._gateway, in_trouble=self._silence > 0)

    def _next_batch(self) -> Iterator[Refund]:
        book_at = min(time.monotonic() + LONGEST_WAIT.total_seconds(), self._ends_at)
        most = 1 if self._silence else BATCH
        while self._waiting and most and time.monotonic() < book_at:
            most -= 1
            yield self._waiting.popleft()


def send_due(*, now: dt.datetime, limit: int = 200) -> int:
    """Send, or ask about, the refunds that are due; returns how many got an answer. Not in a transaction.

    At most `limit` for each gateway. One that is silent keeps no other's refunds waiting: after every silence the
    others go first. Safe to run by several workers at once, and to kill at any moment: what was claimed comes up again
    after its lease.
    """
    errands = deque(Errand(gateway, claim(gateway, now=now, limit=limit)) for gateway in gateways_due(now))
    answered = 0
    while errands:
        errand = errands.popleft()
        answered += errand.run(now=now)
        if errand.goes_on:
            errands.append(errand)
    return answered
