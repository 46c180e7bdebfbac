"""The life of a refund in the sandbox's books."""

import datetime as dt

from django.db import transaction
from django.db.models import Sum

from payments.sandbox.errors import NotEnoughLeft, NotPaid, NumberReused, Unknown
from payments.sandbox.models import SandboxFault, SandboxPayment, SandboxRefund
from payments.sandbox.services.faults import strikes
from payments.sandbox.services.messages import tell_refund

Status = SandboxRefund.Status


@transaction.atomic
def refund(*, number: str, payment_number: str, amount_fen: int, now: dt.datetime) -> SandboxRefund:
    """Give money back; the same number again is the same refund, and an abnormal one is tried again.

    Raises Unknown, NotPaid, NumberReused, NotEnoughLeft.
    """
    payment = SandboxPayment.objects.select_for_update().filter(number=payment_number).first()
    if payment is None:
        raise Unknown
    known = SandboxRefund.objects.filter(number=number).first()
    if known and (known.payment_id, known.amount_fen) != (payment.pk, amount_fen):
        raise NumberReused
    if known and known.status != Status.ABNORMAL:
        return _arrived(known, now=now)
    if known is None:
        _check_left(payment, amount_fen)
    begun = known or SandboxRefund(payment=payment, number=number, amount_fen=amount_fen, accepted_at=now)
    return _start(begun, now=now)


@transaction.atomic
def find_refund(number: str, *, now: dt.datetime) -> SandboxRefund:
    """A refund by the customer's number, arrived if its time has come. Raises Unknown."""
    return _arrived(_locked(number), now=now)


@transaction.atomic
def finish(number: str, *, success: bool, now: dt.datetime) -> SandboxRefund:
    """A refund that was held arrives or fails, and the customer is told."""
    held = _locked(number)
    if held.status == Status.PROCESSING:
        _end(held, Status.DONE if success else Status.ABNORMAL, at=now)
        tell_refund(held, due_at=now)
    return held


def _check_left(payment: SandboxPayment, amount_fen: int) -> None:
    if payment.status != SandboxPayment.Status.PAID:
        raise NotPaid
    given_back = payment.refunds.aggregate(total=Sum("amount_fen"))["total"] or 0
    if amount_fen <= 0 or given_back + amount_fen > payment.amount_fen:
        raise NotEnoughLeft


def _start(begun: SandboxRefund, *, now: dt.datetime) -> SandboxRefund:
    """Arrives at once, unless a fault has other plans."""
    number = begun.payment.number
    begun.status = Status.PROCESSING
    slow = strikes(SandboxFault.Kind.REFUND_SLOW, number=number)
    held = strikes(SandboxFault.Kind.REFUND_HELD, number=number)
    begun.finishes_at = None if held else now + dt.timedelta(seconds=slow.value if slow else 0)
    begun.save()
    if strikes(SandboxFault.Kind.REFUND_ABNORMAL, number=number):
        _end(begun, Status.ABNORMAL, at=now)
        tell_refund(begun, due_at=now)
    elif begun.finishes_at:
        arrived = SandboxRefund(
            payment=begun.payment,
            number=begun.number,
            amount_fen=begun.amount_fen,
            status=Status.DONE,
            done_at=begun.finishes_at,
        )
        tell_refund(arrived, due_at=begun.finishes_at)
    return _arrived(begun, now=now)


def _arrived(known: SandboxRefund, *, now: dt.datetime) -> SandboxRefund:
    if known.finishes_at and known.has_arrived(now):
        _end(known, Status.DONE, at=known.finishes_at)
    return known


def _end(known: SandboxRefund, status: SandboxRefund.Status, *, at: dt.datetime) -> None:
    known.status = status
    known.done_at = at if status == Status.DONE else None
    known.save(update_fields=["status", "done_at"])


def _locked(number: str) -> SandboxRefund:
    known = (
        SandboxRefund.objects.select_for_update(of=("self",)).select_related("payment").filter(number=number).first()
    )
    if known is None:
        raise Unknown
    return known
