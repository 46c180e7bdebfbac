"""Promised money leaves: claimed in a commit of its own, sent outside any transaction, booked in a third step.

The first attempt sends; every later one asks first, because a call without an answer may have done its work.
"""

import datetime as dt
import logging
import random
import time
from collections import deque
from collections.abc import Sequence

from django.utils.translation import gettext_noop

from common.alerts import close_alert, raise_alert
from payments.errors import FactRejected, GatewayRefused, GatewayUnavailable
from payments.gateways.base import GatewayRefund, HttpInsideTransaction, gateway_named
from payments.models import Refund
from payments.services.claiming import LEASE, WAITING, claim, gateways_due
from payments.services.pacing import wait_for_turn
from payments.services.returning import confirm_refund
from payments.states import RefundStatus

logger = logging.getLogger(__name__)

FIRST_DELAY = dt.timedelta(seconds=10)
LONGEST_DELAY = dt.timedelta(minutes=10)
# When to ask again about a refund that the gateway has accepted.
POLLING = (dt.timedelta(minutes=1), dt.timedelta(minutes=5), dt.timedelta(hours=1))
# After so many silences in a row what is left for a gateway waits for a later run.
MOST_SILENCE = 10
STUCK = "refund_stuck"
FAILED = gettext_noop("退款处理出错，会自动重试，退款单号不变。请开发人员看日志，买家还没有收到钱")


class Errand:
    """The refunds of one gateway that this run has in hand."""

    def __init__(self, gateway: str, refunds: Sequence[Refund]) -> None:
        self._gateway = gateway
        self._waiting = deque(refunds)
        self._silence = 0
        self._ends_at = time.monotonic() + LEASE.total_seconds()

    @property
    def goes_on(self) -> bool:
        """Whether there is more to do, by a gateway that still answers, with refunds that are still ours."""
        return bool(self._waiting) and self._silence < MOST_SILENCE and time.monotonic() < self._ends_at

    def run(self, *, now: dt.datetime) -> int:
        """Go on until the gateway is silent once; returns how many refunds got an answer."""
        answered = 0
        while self.goes_on:
            wait_for_turn(self._gateway, in_trouble=self._silence > 0)
            if not _advance(self._waiting.popleft(), now=now):
                self._silence += 1
                break
            self._silence = 0
            answered += 1
        return answered


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


def _advance(refund: Refund, *, now: dt.datetime) -> bool:
    """One step with one refund; False when the gateway was silent. A fault of ours hurts no neighbour."""
    try:
        confirmed = confirm_refund(refund_id=refund.pk, fact=_ask(refund), now=now)
        if refund.error:
            close_alert(kind=STUCK, subject=f"refund:{refund.number}", now=now)
        if confirmed.status == RefundStatus.PROCESSING:
            _postpone(refund, until=now + POLLING[min(refund.attempts, len(POLLING) - 1)])
    except GatewayUnavailable:
        _postpone(refund, until=now + _back_off(refund.attempts), error="渠道没有回应")
        return False
    except (GatewayRefused, FactRejected) as refusal:
        refused = GatewayRefund(RefundStatus.ABNORMAL, reason=str(refusal))
        confirm_refund(refund_id=refund.pk, fact=refused, now=now)
    except HttpInsideTransaction:
        raise
    except Exception as error:
        logger.exception("a refund could not be advanced", extra={"refund": refund.number})
        _postpone(refund, until=now + _back_off(refund.attempts), error=type(error).__name__)
        _tell_failure(refund, error, now=now)
    return True


def _tell_failure(refund: Refund, error: Exception, *, now: dt.datetime) -> None:
    subject, amount_fen = f"refund:{refund.number}", refund.amount_fen
    raise_alert(
        kind=STUCK, subject=subject, sentence=FAILED, now=now, error=type(error).__name__, amount_fen=amount_fen
    )


def _ask(refund: Refund) -> GatewayRefund:
    """Send it the first time; afterwards ask, and send the same number again if the gateway never heard of it.

    Only a refused refund is abnormal. Refusing a question is no answer: the money may be on its way.
    """
    gateway = gateway_named(refund.payment.gateway)
    if refund.attempts == 0:
        return gateway.refund(refund)
    try:
        known = gateway.query_refund(refund)
    except GatewayRefused as refusal:
        raise GatewayUnavailable from refusal
    return gateway.refund(refund) if known.status == RefundStatus.REQUESTED else known


def _postpone(refund: Refund, *, until: dt.datetime, error: str = "") -> None:
    Refund.objects.filter(pk=refund.pk, status__in=WAITING).update(due_at=until, error=error)


def _back_off(attempts: int) -> dt.timedelta:
    """Twice as long each time, never all at once."""
    longest = min(FIRST_DELAY * 2 ** min(attempts, 10), LONGEST_DELAY)
    return longest * random.uniform(0.5, 1)
