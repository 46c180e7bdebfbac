"""A gateway says how a payment stands; captured money is booked, and offered to whoever it was meant for."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_noop

from common import events, statemachine
from payments.errors import AmountMismatch, FactRejected, GatewayNumberMismatch
from payments.events import PaymentCaptured
from payments.gateways.base import GatewayPayment
from payments.locks import lock_payment
from payments.models import Payment
from payments.services import evidence, ledger
from payments.services.refunding import RefundRequest, request_refunds
from payments.states import PaymentStatus, RefundKind
from payments.subjects import NotWanted, owners, subject_of


def confirm(*, payment_id: int, fact: GatewayPayment, now: dt.datetime) -> Payment:
    """Take in what the gateway answered about a payment; safe to repeat, a payment already captured stays as it is.

    Raises AmountMismatch or GatewayNumberMismatch: nothing changes, and the evidence is committed on its own, which
    asks for a caller without a transaction.
    """
    try:
        with transaction.atomic():
            return record_fact(payment_id=payment_id, fact=fact, now=now)
    except FactRejected as refusal:
        payment = Payment.objects.get(pk=payment_id)
        evidence.keep_rejected_answer(payment=payment, fact=fact, refusal=refusal, now=now)
        raise


def record_fact(*, payment_id: int, fact: GatewayPayment, now: dt.datetime) -> Payment:
    """Lock the payment, look again, and move it to where the gateway says it is. In the caller's transaction."""
    payment = lock_payment(payment_id)
    if fact.status == PaymentStatus.CAPTURED:
        _compare(payment, fact)
        if payment.status != PaymentStatus.CAPTURED:
            _capture(payment, fact, now=now)
    elif fact.status in payment.transitions.get(payment.status, frozenset()):
        statemachine.move(payment, fact.status, now=now, reason="gateway")
    return payment


def _compare(payment: Payment, fact: GatewayPayment) -> None:
    """Only our amount, under a gateway number of its own, is our money."""
    if fact.amount_fen != payment.amount_fen:
        raise AmountMismatch(expected_fen=payment.amount_fen, told_fen=fact.amount_fen)
    same_number = Payment.objects.filter(gateway=payment.gateway, gateway_number=fact.gateway_number)
    taken = same_number.exclude(pk=payment.pk).exists()
    other = payment.status == PaymentStatus.CAPTURED and payment.gateway_number != fact.gateway_number
    if not fact.gateway_number or taken or other:
        raise GatewayNumberMismatch


def _capture(payment: Payment, fact: GatewayPayment, *, now: dt.datetime) -> None:
    """Book the money, offer it to the subject's owner, and send it back at once when it is not wanted."""
    statemachine.move(
        payment,
        PaymentStatus.CAPTURED,
        now=now,
        captured_at=fact.paid_at or now,
        gateway_number=fact.gateway_number,
    )
    evidence.keep_answer(payment=payment, fact=fact, now=now)
    _book(payment, now=now)
    try:
        with transaction.atomic():
            apply_captured(payment, now=now)
    except NotWanted as unwanted:
        payment.applied = False
        _return_all(payment, unwanted, now=now)
    subject = {"subject_kind": payment.subject_kind, "subject_number": payment.subject_number}
    events.publish(PaymentCaptured(payment_id=payment.pk, applied=payment.applied, **subject))


def _book(payment: Payment, *, now: dt.datetime) -> None:
    booking = ledger.Booking(
        key=f"capture:{payment.number}",
        subject=subject_of(payment),
        lines=(
            ledger.debit(ledger.clearing(payment.gateway), payment.amount_fen),
            ledger.credit(ledger.escrow(payment.merchant_id), payment.amount_fen),
        ),
        merchant_id=payment.merchant_id,
        payment_id=payment.pk,
    )
    ledger.post([booking], now=now)


def apply_captured(payment: Payment, *, now: dt.datetime) -> None:
    """Offer captured money to the owner of its subject. Raises NotWanted; the caller undoes what was written then."""
    attempts = Payment.objects.for_subject(payment.subject_kind, payment.subject_number)
    if attempts.filter(instalment=payment.instalment, applied=True).exists():
        raise NotWanted(kind=RefundKind.DUPLICATE, reason=gettext_noop("这笔款已经付过了"))
    owners[payment.subject_kind].on_captured(payment, now)
    payment.applied = True
    payment.save(update_fields=["applied"])


def _return_all(payment: Payment, unwanted: NotWanted, *, now: dt.datetime) -> None:
    wanted = RefundRequest(
        payment_id=payment.pk, kind=unwanted.kind, amount_fen=payment.amount_fen, reason=unwanted.reason
    )
    request_refunds(wanted=[wanted], now=now)
