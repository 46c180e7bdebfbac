"""Refunds of a thing, and those that wait for a person."""

import datetime as dt

from django.db.models import Q, QuerySet

from accounts.models import User
from payments.models import Refund
from payments.states import RefundStatus
from payments.subjects import Subject

LATEST = dt.timedelta(hours=24)
# Named one by one, as in the index of what is due: what has arrived is very much more.
ON_THE_WAY = (RefundStatus.REQUESTED, RefundStatus.SENT, RefundStatus.PROCESSING)


def refunds_of(subject: Subject) -> QuerySet[Refund]:
    """Every refund of every payment of a thing, newest first, each with its payment."""
    of_subject = Refund.objects.filter(payment__subject_kind=subject.kind, payment__subject_number=subject.number)
    return of_subject.select_related("payment").order_by("-pk")


def refunds_for(payer: User) -> QuerySet[Refund]:
    """Everything that goes or went back to a person, newest first, each with its payment."""
    return Refund.objects.filter(payment__payer=payer).select_related("payment").order_by("-pk")


def under_way(refunds: QuerySet[Refund]) -> QuerySet[Refund]:
    """Those that have not arrived."""
    return refunds.exclude(status=RefundStatus.DONE)


def abnormal_refunds() -> QuerySet[Refund]:
    """What the gateways could not give back by themselves, oldest first."""
    return Refund.objects.filter(status=RefundStatus.ABNORMAL).select_related("payment").order_by("pk")


def stuck(refunds: QuerySet[Refund], *, now: dt.datetime) -> QuerySet[Refund]:
    """Those that have not arrived within a day of their promise, and those a gateway could not give back."""
    late = Q(requested_at__lt=now - LATEST, status__in=ON_THE_WAY)
    return refunds.filter(Q(status=RefundStatus.ABNORMAL) | late)
