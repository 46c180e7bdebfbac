"""Promised money leaves: claimed in a commit of its own, sent outside any transaction, booked in a third step.

The first attempt sends; every later one asks first, because a call without an answer may have done its work.
"""

import datetime as dt
import logging
import random
import time

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_noop

from common import audit, statemachine
from common.alerts import close_alert, raise_alert
from payments.errors import FactRejected, GatewayRefused, GatewayUnavailable
from payments.gateways.base import GatewayRefund, HttpInsideTransaction, gateway_named
from payments.models import Refund
from payments.services.returning import confirm_refund
from payments.states import RefundStatus

logger = logging.getLogger(__name__)

# Whoever claims a refund has this long to bring its result; then it is anybody's again.
LEASE = dt.timedelta(minutes=2)
FIRST_DELAY = dt.timedelta(seconds=10)
LONGEST_DELAY = dt.timedelta(minutes=10)
# When to ask again about a refund that the gateway has accepted.
POLLING = (dt.timedelta(minutes=1), dt.timedelta(minutes=5), dt.timedelta(hours=1))
# A gateway in trouble is asked this often; after so many silences in a row the batch is left for later.
REFUNDS_PER_SECOND_IN_TROUBLE = 5
MOST_SILENCE = 10
STUCK = "refund_stuck"
FAILED = gettext_noop("退款处理出错，会自动重试，退款单号不变。请开发人员看日志，买家还没有收到钱")
WAITING = (RefundStatus.REQUESTED, RefundStatus.SENT, RefundStatus.PROCESSING)


class Pace:
    """Keeps calls apart: a full pace, and a slow one while the gateway is in trouble."""

    def __init__(self, per_second: float) -> None:
        self._interval = 1 / per_second
        self._next = time.monotonic()

    def wait(self, *, in_trouble: bool) -> None:
        """Sleep until the next call may go out."""
        now = time.monotonic()
        time.sleep(max(0.0, self._next - now))
        interval = max(self._interval, 1 / REFUNDS_PER_SECOND_IN_TROUBLE) if in_trouble else self._interval
        self._next = max(self._next, now) + interval


def send_due(*, now: dt.datetime, limit: int = 200) -> int:
    """Send, or ask about, the refunds that are due; returns how many got an answer. Not in a transaction.

    Safe to run by several workers at once, and to kill at any moment: what was claimed comes up again after its lease.
    """
    pace = Pace(settings.REFUNDS_PER_SECOND)
    silence = answered = 0
    for refund in _claim(now=now, limit=limit):
        pace.wait(in_trouble=silence > 0)
        if _advance(refund, now=now):
            silence = 0
            answered += 1
        else:
            silence += 1
        if silence >= MOST_SILENCE:
            break
    return answered


@transaction.atomic
def retry(*, refund: Refund, actor_id: int, now: dt.datetime) -> Refund:
    """An operator sends an abnormal refund again, under its number. Raises StateChanged when it is not abnormal."""
    statemachine.move(
        refund,
        RefundStatus.SENT,
        now=now,
        actor_id=actor_id,
        reason="人工重新提交",
        attempts=0,
        due_at=now,
        error="",
    )
    audit.record(
        actor_id=actor_id, action="refund.retry", subject=f"refund:{refund.number}", amount_fen=refund.amount_fen
    )
    return refund


@transaction.atomic
def _claim(*, now: dt.datetime, limit: int) -> list[Refund]:
    """Due refunds that nobody else has in hand, marked as sent and leased."""
    due = Refund.objects.filter(status__in=WAITING, due_at__lte=now).order_by("due_at", "pk").select_related("payment")
    claimed = list(due.select_for_update(of=("self",), skip_locked=True, no_key=True)[:limit])
    fresh = [refund.pk for refund in claimed if refund.status == RefundStatus.REQUESTED]
    statemachine.move_many(Refund, fresh, was=RefundStatus.REQUESTED, to=RefundStatus.SENT, now=now, sent_at=now)
    Refund.objects.filter(pk__in=[refund.pk for refund in claimed]).update(
        attempts=F("attempts") + 1, due_at=now + LEASE
    )
    return claimed


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
