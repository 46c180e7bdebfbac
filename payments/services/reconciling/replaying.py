"""Differences are repaired by facts: the gateway is asked, and its answer goes the way that every answer goes."""

import datetime as dt
import logging
from typing import Any

from django.db import transaction
from django.db.models import QuerySet

from payments.errors import FactRejected, GatewayRefused, GatewayUnavailable, UnknownDocument
from payments.gateways.base import GatewayPayment, GatewayRefund, HttpInsideTransaction, gateway_named
from payments.models import Payment, ReconciliationCase, ReconciliationRun, Refund
from payments.services.capturing import confirm
from payments.services.reconciling.comparing import compare
from payments.services.returning import confirm_refund
from payments.states import CaseOutcome, CaseStatus, PaymentStatus, RefundStatus

logger = logging.getLogger(__name__)

MOST_SILENCE = 3


def replay(*, case: ReconciliationCase, now: dt.datetime) -> ReconciliationCase:
    """Ask the gateway about one open case, take in what it says, and compare again. Not in a transaction.

    Raises GatewayUnavailable, GatewayRefused; FactRejected when its answer contradicts our document, which stays as it
    is: the contradiction is kept as evidence.
    """
    _ask(case, now=now)
    _compare_again(case.run_id, now=now)
    case.refresh_from_db()
    return case


def replay_run(*, run: ReconciliationRun, now: dt.datetime) -> ReconciliationRun:
    """Ask about every open case of a run that was not answered yet. What stays silent is asked again by the sweep."""
    asked, silence = 0, 0
    for case in unanswered().filter(run=run).order_by("pk"):
        if _try_to_ask(case, now=now):
            asked, silence = asked + 1, 0
        else:
            silence += 1
        if silence >= MOST_SILENCE:
            break
    return _compare_again(run.pk, now=now) if asked else run


def unanswered() -> QuerySet[ReconciliationCase]:
    """Open cases about a document of ours, which its gateway has not been heard about."""
    about_ours = ReconciliationCase.objects.filter(payment__isnull=False).select_related("payment", "refund__payment")
    return about_ours.filter(status=CaseStatus.OPEN, replayed_at__isnull=True)


def _try_to_ask(case: ReconciliationCase, *, now: dt.datetime) -> bool:
    """False when the gateway was silent; a no or a contradiction is an answer, and is for a person to judge."""
    try:
        _ask(case, now=now)
    except GatewayUnavailable:
        logger.warning("gateway did not explain a difference", extra={"document": case.number})
        return False
    except (GatewayRefused, FactRejected):
        logger.warning("gateway stays with a difference", extra={"document": case.number})
    except HttpInsideTransaction:
        raise
    except Exception:
        logger.exception("a difference could not be repaired", extra={"document": case.number})
    return True


def _ask(case: ReconciliationCase, *, now: dt.datetime) -> None:
    """Take in what the gateway says, and keep it on the case, also when it cannot be believed."""
    said: dict[str, Any] = {}
    try:
        fact = _fact_about(case)
        said = {"answer_status": fact.status, "answer_fen": fact.amount_fen or None}
        outcome = _take_in(case, fact, now=now)
    except (GatewayRefused, FactRejected) as refusal:
        _note(case, now=now, error=str(refusal)[:200], **said)
        raise
    _note(case, now=now, error="", outcome=outcome, **said)


def _fact_about(case: ReconciliationCase) -> GatewayPayment | GatewayRefund:
    gateway = gateway_named(case.gateway)
    if case.refund:
        return gateway.query_refund(case.refund)
    if case.payment is None:
        raise UnknownDocument
    return gateway.query(case.payment)


def _take_in(case: ReconciliationCase, fact: GatewayPayment | GatewayRefund, *, now: dt.datetime) -> str:
    if isinstance(fact, GatewayRefund):
        return _take_in_refund(case.refund, fact, now=now) if case.refund else ""
    return _take_in_payment(case.payment, fact, now=now) if case.payment else ""


def _take_in_payment(payment: Payment, fact: GatewayPayment, *, now: dt.datetime) -> str:
    confirmed = confirm(payment_id=payment.pk, fact=fact, now=now)
    came = confirmed.status == PaymentStatus.CAPTURED and payment.status != PaymentStatus.CAPTURED
    return CaseOutcome.CAPTURED if came else ""


def _take_in_refund(refund: Refund, fact: GatewayRefund, *, now: dt.datetime) -> str:
    if fact.status == RefundStatus.ABNORMAL and refund.status == RefundStatus.SENT:
        # Old news, perhaps: somebody may have sent it again, and it has not left yet. The sender asks by itself.
        return ""
    confirmed = confirm_refund(refund_id=refund.pk, fact=fact, now=now)
    return CaseOutcome.REFUND_MOVED if confirmed.status != refund.status else ""


def _note(case: ReconciliationCase, *, now: dt.datetime, **changes: Any) -> None:
    ReconciliationCase.objects.filter(pk=case.pk, status=CaseStatus.OPEN).update(replayed_at=now, **changes)


@transaction.atomic
def _compare_again(run_id: int, *, now: dt.datetime) -> ReconciliationRun:
    run = ReconciliationRun.objects.select_for_update(no_key=True).get(pk=run_id)
    compare(run=run, attempt=run.finished_attempt, now=now)
    return run
