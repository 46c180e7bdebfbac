"""Payments of a thing, and single ones by number."""

from payments.models import Payment
from payments.models.payment import PaymentQuerySet
from payments.states import PaymentStatus
from payments.subjects import Subject


def payments_of(subject: Subject) -> PaymentQuerySet:
    """Every attempt to pay a thing, newest first."""
    return Payment.objects.for_subject(subject.kind, subject.number).order_by("-pk")


def pending_payment(subject: Subject, *, instalment: int = 1) -> Payment | None:
    """The attempt whose result is not known yet."""
    return payments_of(subject).filter(instalment=instalment, status=PaymentStatus.PENDING).first()


def applied_payment(subject: Subject, *, instalment: int = 1) -> Payment | None:
    """The attempt that paid the instalment."""
    return payments_of(subject).filter(instalment=instalment, applied=True).first()
