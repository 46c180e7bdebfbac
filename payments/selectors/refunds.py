"""Refunds of a thing, and those that wait for a person."""

from django.db.models import QuerySet

from payments.models import Refund
from payments.states import RefundStatus
from payments.subjects import Subject


def refunds_of(subject: Subject) -> QuerySet[Refund]:
    """Every refund of every payment of a thing, newest first, each with its payment."""
    of_subject = Refund.objects.filter(payment__subject_kind=subject.kind, payment__subject_number=subject.number)
    return of_subject.select_related("payment").order_by("-pk")


def abnormal_refunds() -> QuerySet[Refund]:
    """What the gateways could not give back by themselves, oldest first."""
    return Refund.objects.filter(status=RefundStatus.ABNORMAL).select_related("payment").order_by("pk")
