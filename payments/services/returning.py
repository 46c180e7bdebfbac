"""A gateway says how a refund stands: from its answer, from a query, from a message; they all come through here."""

import datetime as dt
import logging
from typing import Any

from django.db import transaction

from common import events, statemachine
from payments.errors import AmountMismatch, FactRejected, PaidBackOtherwise
from payments.events import RefundAbnormal, RefundDone
from payments.gateways.base import GatewayRefund
from payments.locks import lock_refund
from payments.models import Refund
from payments.services import evidence, ledger
from payments.states import RefundRoute, RefundStatus
from payments.subjects import owners, subject_of

logger = logging.getLogger(__name__)


def confirm_refund(*, refund_id: int, fact: GatewayRefund, now: dt.datetime) -> Refund:
    """Move a refund to where the gateway answers that it is; safe to repeat, what is done stays done.

    Raises AmountMismatch or PaidBackOtherwise: nothing changes, and the evidence is committed on its own, which asks
    for a caller without a transaction.
    """
    try:
        with transaction.atomic():
            return record_refund_fact(refund_id=refund_id, fact=fact, now=now)
    except FactRejected as refusal:
        refund = Refund.objects.select_related("payment").get(pk=refund_id)
        evidence.keep_rejected_refund(refund=refund, fact=fact, refusal=refusal, now=now)
        raise


def record_refund_fact(*, refund_id: int, fact: GatewayRefund, now: dt.datetime) -> Refund:
    """Lock the refund, look again, and move it to where the gateway says it is. In the caller's transaction."""
    refund = lock_refund(refund_id)
    if fact.status == RefundStatus.DONE:
        _compare(refund, fact)
    if fact.status in refund.transitions.get(refund.status, frozenset()):
        _move(refund, fact, now=now)
    return refund


def _compare(refund: Refund, fact: GatewayRefund) -> None:
    """Money that went back by another way cannot have come from the gateway as well."""
    if refund.status == RefundStatus.DONE and refund.route != RefundRoute.ORIGINAL:
        raise PaidBackOtherwise
    if fact.amount_fen != refund.amount_fen:
        raise AmountMismatch(expected_fen=refund.amount_fen, told_fen=fact.amount_fen)


def hasten(*, refund_id: int, now: dt.datetime) -> None:
    """Ask about an accepted refund at the next occasion."""
    Refund.objects.filter(pk=refund_id, status=RefundStatus.PROCESSING).update(due_at=now)


def _move(refund: Refund, fact: GatewayRefund, *, now: dt.datetime) -> None:
    if fact.status == RefundStatus.DONE:
        finish(refund, into=ledger.clearing(refund.payment.gateway), now=now, done_at=fact.done_at)
    elif fact.status == RefundStatus.ABNORMAL:
        statemachine.move(refund, fact.status, now=now, reason=fact.reason, error=fact.reason[:300])
        events.publish(RefundAbnormal(refund_id=refund.pk, payment_id=refund.payment_id))
        logger.error("refund is abnormal", extra={"refund": refund.number})
    else:
        statemachine.move(refund, fact.status, now=now, error="")


def finish(
    refund: Refund,
    *,
    into: int,
    now: dt.datetime,
    done_at: dt.datetime | None = None,
    actor_id: int | None = None,
    reason: str = "",
    **changes: Any,
) -> None:
    """The money is with the payer: book it, tell the subject's owner, tell the world.

    `into` is the ledger account that paid; the refund and its payment are locked by the caller.
    """
    payment = refund.payment
    statemachine.move(
        refund,
        RefundStatus.DONE,
        now=now,
        actor_id=actor_id,
        reason=reason,
        done_at=done_at or now,
        error="",
        **changes,
    )
    booking = ledger.Booking(
        key=f"refunded:{refund.number}",
        subject=subject_of(payment),
        lines=(
            ledger.debit(ledger.refund_in_flight(payment.gateway), refund.amount_fen),
            ledger.credit(into, refund.amount_fen),
        ),
        merchant_id=payment.merchant_id,
        payment_id=payment.pk,
        refund_id=refund.pk,
    )
    ledger.post([booking], now=now)
    owners[payment.subject_kind].on_refunded(refund, now)
    subject = {"subject_kind": payment.subject_kind, "subject_number": payment.subject_number}
    events.publish(RefundDone(refund_id=refund.pk, payment_id=payment.pk, **subject))
