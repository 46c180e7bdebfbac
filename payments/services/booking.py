"""What gateways answered about refunds is booked: all of a batch in one transaction, or one by one where that fails."""

import datetime as dt
import logging
import random
from collections import defaultdict
from collections.abc import Sequence

from django.db import transaction
from django.utils.translation import gettext_noop

from common.alerts import close_alert, raise_alert
from payments.errors import FactRejected
from payments.gateways.base import GatewayRefund
from payments.models import Refund
from payments.services.asking import Answer
from payments.services.claiming import WAITING
from payments.services.returning import confirm_refund, record_refund_facts
from payments.states import RefundStatus

logger = logging.getLogger(__name__)

FIRST_DELAY = dt.timedelta(seconds=10)
LONGEST_DELAY = dt.timedelta(minutes=10)
# When to ask again about a refund that the gateway has accepted.
POLLING = (dt.timedelta(minutes=1), dt.timedelta(minutes=5), dt.timedelta(hours=1))
STUCK = "refund_stuck"
FAILED = gettext_noop("退款处理出错，会自动重试，退款单号不变。请开发人员看日志，买家还没有收到钱")


def book(answers: Sequence[Answer], *, now: dt.datetime) -> None:
    """Take in what one gateway answered. A fault of ours, or an answer that does not fit, hurts no neighbour."""
    for answer in answers:
        if answer.is_silence:
            _postpone([answer.refund], until=now + _back_off(answer.refund.attempts), error="渠道没有回应")
        elif answer.fault:
            _tell_fault(answer.refund, answer.fault, now=now)
    facts = {answer.refund: answer.fact for answer in answers if answer.fact}
    if not _book_together(facts, now=now):
        for refund, fact in facts.items():
            _book_alone(refund, fact, now=now)


def _book_together(facts: dict[Refund, GatewayRefund], *, now: dt.datetime) -> bool:
    """False when nothing was booked."""
    if len(facts) < 2:
        return False
    try:
        with transaction.atomic():
            confirmed = record_refund_facts(facts={refund.pk: fact for refund, fact in facts.items()}, now=now)
            _follow(confirmed, list(facts), now=now)
    except Exception as error:
        logger.warning("refunds are booked one by one", extra={"count": len(facts), "reason": type(error).__name__})
        return False
    return True


def _book_alone(refund: Refund, fact: GatewayRefund, *, now: dt.datetime) -> None:
    try:
        _follow([confirm_refund(refund_id=refund.pk, fact=fact, now=now)], [refund], now=now)
    except FactRejected as refusal:
        refused = GatewayRefund(RefundStatus.ABNORMAL, reason=str(refusal))
        confirm_refund(refund_id=refund.pk, fact=refused, now=now)
    except Exception as fault:
        logger.exception("a refund could not be advanced", extra={"refund": refund.number})
        _tell_fault(refund, fault, now=now)


def _follow(confirmed: Sequence[Refund], claimed: Sequence[Refund], *, now: dt.datetime) -> None:
    """What was stuck is so no more; what was accepted only is asked about later."""
    later: defaultdict[dt.timedelta, list[Refund]] = defaultdict(list)
    for refund, before in zip(confirmed, claimed, strict=True):
        if before.error:
            close_alert(kind=STUCK, subject=f"refund:{refund.number}", now=now)
        if refund.status == RefundStatus.PROCESSING:
            later[POLLING[min(before.attempts, len(POLLING) - 1)]].append(refund)
    for pause, refunds in later.items():
        _postpone(refunds, until=now + pause)


def _tell_fault(refund: Refund, fault: Exception, *, now: dt.datetime) -> None:
    error = type(fault).__name__
    _postpone([refund], until=now + _back_off(refund.attempts), error=error)
    subject, amount_fen = f"refund:{refund.number}", refund.amount_fen
    raise_alert(kind=STUCK, subject=subject, sentence=FAILED, now=now, error=error, amount_fen=amount_fen)


def _postpone(refunds: Sequence[Refund], *, until: dt.datetime, error: str = "") -> None:
    waiting = Refund.objects.filter(pk__in=[refund.pk for refund in refunds], status__in=WAITING)
    waiting.update(due_at=until, error=error)


def _back_off(attempts: int) -> dt.timedelta:
    """Twice as long each time, never all at once."""
    longest = min(FIRST_DELAY * 2 ** min(attempts, 10), LONGEST_DELAY)
    return longest * random.uniform(0.5, 1)
