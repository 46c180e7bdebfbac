"""A gateway says how a refund stands: from its answer, from a query, from a message; they all come through here."""

import datetime as dt
import logging

from django.db import transaction

from common import events, statemachine
from payments.errors import AmountMismatch
from payments.events import RefundAbnormal, RefundDone
from payments.gateways.base import GatewayRefund
from payments.locks import lock_refund
from payments.models import Refund
from payments.services import ledger
from payments.states import RefundStatus
from payments.subjects import owners, subject_of

logger = logging.getLogger(__name__)


@transaction.atomic
def confirm_refund(*, refund_id: int, fact: GatewayRefund, now: dt.datetime) -> Refund:
    """Move a refund to where the gateway says it is; safe to repeat, what is done stays done.

    Raises AmountMismatch when the gateway speaks of another amount.
    """
    refund = lock_refund(refund_id)
    if fact.status == RefundStatus.DONE and fact.amount_fen != refund.amount_fen:
        raise AmountMismatch(expected_fen=refund.amount_fen, told_fen=fact.amount_fen)
    if fact.status in refund.transitions.get(refund.status, frozenset()):
        _move(refund, fact, now=now)
    return refund


def hasten(*, refund_id: int, now: dt.datetime) -> None:
    """Ask about an accepted refund at the next occasion."""
    Refund.objects.filter(pk=refund_id, status=RefundStatus.PROCESSING).update(due_at=now)


def _move(refund: Refund, fact: GatewayRefund, *, now: dt.datetime) -> None:
    if fact.status == RefundStatus.DONE:
        _finish(refund, fact, now=now)
    elif fact.status == RefundStatus.ABNORMAL:
        statemachine.move(refund, fact.status, now=now, reason=fact.reason, error=fact.reason[:300])
        events.publish(RefundAbnormal(refund_id=refund.pk, payment_id=refund.payment_id))
        logger.error("refund is abnormal", extra={"refund": refund.number})
    else:
        statemachine.move(refund, fact.status, now=now, error="")


def _finish(refund: Refund, fact: GatewayRefund, *, now: dt.datetime) -> None:
    """The money is with the payer: book it, tell the subject's owner, tell the world."""
    payment = refund.payment
    statemachine.move(refund, RefundStatus.DONE, now=now, done_at=fact.done_at or now, error="")
    booking = ledger.Booking(
        key=f"refunded:{refund.number}",
        subject=subject_of(payment),
        lines=(
            ledger.debit(ledger.refund_in_flight(payment.gateway), refund.amount_fen),
            ledger.credit(ledger.clearing(payment.gateway), refund.amount_fen),
        ),
        merchant_id=payment.merchant_id,
        payment_id=payment.pk,
        refund_id=refund.pk,
    )
    ledger.post([booking], now=now)
    owners[payment.subject_kind].on_refunded(refund, now)
    subject = {"subject_kind": payment.subject_kind, "subject_number": payment.subject_number}
    events.publish(RefundDone(refund_id=refund.pk, payment_id=payment.pk, **subject))
