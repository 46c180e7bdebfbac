"""The life of a payment in the sandbox's books."""

import datetime as dt
from dataclasses import dataclass

from django.db import transaction

from payments.sandbox.errors import NumberReused, Over, Unknown
from payments.sandbox.models import SandboxFault, SandboxPayment
from payments.sandbox.services.faults import strikes
from payments.sandbox.services.messages import tell_payment

Status = SandboxPayment.Status


@dataclass(frozen=True)
class Bill:
    """What a customer asks a payer to pay."""

    number: str
    amount_fen: int
    title: str
    notify_url: str
    return_url: str
    expires_at: dt.datetime


def open_payment(bill: Bill, *, now: dt.datetime) -> SandboxPayment:
    """Put a bill into the books; the same bill again is the same payment. Raises NumberReused, Over."""
    payment, _created = SandboxPayment.objects.get_or_create(
        number=bill.number,
        defaults={
            "amount_fen": bill.amount_fen,
            "title": bill.title,
            "notify_url": bill.notify_url,
            "return_url": bill.return_url,
            "expires_at": bill.expires_at,
            "created_at": now,
        },
    )
    if payment.status == Status.CLOSED:
        raise Over
    if payment.amount_fen != bill.amount_fen:
        raise NumberReused
    return payment


@transaction.atomic
def close_payment(number: str, *, now: dt.datetime) -> SandboxPayment:
    """Let nobody pay it any more; one that was paid stays paid.

    A number never heard of is closed as well, so that a request that is still under way cannot bring it to life.
    """
    SandboxPayment.objects.get_or_create(
        number=number, defaults={"amount_fen": 0, "created_at": now, "expires_at": now, "status": Status.CLOSED}
    )
    payment = _locked(number)
    if payment.status in (Status.WAITING, Status.FAILED):
        payment.status = Status.CLOSED
        payment.save(update_fields=["status"])
    return payment


@transaction.atomic
def pay(
    number: str,
    *,
    now: dt.datetime,
    paid_at: dt.datetime | None = None,
    told_fen: int | None = None,
    copies: int = 1,
) -> SandboxPayment:
    """The payer has paid; the customer is told in so many copies. Paid before means: nothing but the copies.

    `paid_at` and `told_fen` bend the truth, for whoever tests what comes of it.
    """
    payment = _locked(number)
    if payment.status != Status.PAID:
        payment.status = Status.PAID
        payment.paid_at = paid_at or now
        payment.paid_fen = _mistaken_fen(payment) if told_fen is None else told_fen
        payment.save(update_fields=["status", "paid_at", "paid_fen"])
    tell_payment(payment, now=now, copies=copies)
    return payment


@transaction.atomic
def fail(number: str, *, now: dt.datetime) -> SandboxPayment:
    """The payer's bank says no; the customer is told. Raises Over when it is paid or closed."""
    payment = _locked(number)
    if payment.status in (Status.PAID, Status.CLOSED):
        raise Over
    payment.status = Status.FAILED
    payment.save(update_fields=["status"])
    tell_payment(payment, now=now)
    return payment


@transaction.atomic
def decide(token: str, *, success: bool, now: dt.datetime) -> SandboxPayment:
    """A person at the payer's page presses a button; a payment that is over stays as it is."""
    payment = SandboxPayment.objects.filter(token=token).select_for_update().first()
    if payment is None:
        raise Unknown
    if not payment.can_be_paid(now):
        return payment
    return pay(payment.number, now=now) if success else fail(payment.number, now=now)


def find(number: str) -> SandboxPayment:
    """A payment by the customer's number. Raises Unknown."""
    payment = SandboxPayment.objects.filter(number=number).first()
    if payment is None:
        raise Unknown
    return payment


def _mistaken_fen(payment: SandboxPayment) -> int | None:
    return payment.amount_fen + 1 if strikes(SandboxFault.Kind.WRONG_AMOUNT, number=payment.number) else None


def _locked(number: str) -> SandboxPayment:
    payment = SandboxPayment.objects.select_for_update().filter(number=number).first()
    if payment is None:
        raise Unknown
    return payment
