"""Bills that are to be read, and differences that wait."""

import datetime as dt
from collections.abc import Iterable

from django.db.models import Count, F, Q, QuerySet
from django.utils import timezone

from common.clock import day_of
from payments.models import ReconciliationCase, ReconciliationRun
from payments.states import CaseStatus

# Yesterday's bill is there at this time of the day; and so many days are made up for when nobody looked.
READY_AT = dt.time(10, 30)
DAYS = 7


def open_cases() -> QuerySet[ReconciliationCase]:
    """Differences that wait for a person."""
    return ReconciliationCase.objects.filter(status=CaseStatus.OPEN)


def with_open_cases(runs: QuerySet[ReconciliationRun]) -> QuerySet[ReconciliationRun]:
    """Each with `open_count`, how many of the differences it found are still open."""
    return runs.annotate(open_count=Count("cases", filter=Q(cases__status=CaseStatus.OPEN)))


def due_days(gateways: Iterable[str], *, now: dt.datetime) -> list[tuple[str, dt.date]]:
    """Which bill of which gateway is to be read now, the oldest first.

    Of the last days those without a run, whenever the sweep last ran; and every run whose turn has come again.
    """
    known = set(gateways)
    waiting = ReconciliationRun.objects.filter(Q(finished_at__isnull=True) | Q(due_at__gt=F("finished_at")))
    again = waiting.filter(Q(leased_until__isnull=True) | Q(leased_until__lte=now), due_at__lte=now)
    days = _days_with_a_bill(now)
    begun = set(ReconciliationRun.objects.filter(day__in=days).values_list("gateway", "day"))
    never = {(gateway, day) for gateway in known for day in days} - begun
    return sorted(never | set(again.filter(gateway__in=known).values_list("gateway", "day")), key=lambda due: due[::-1])


def _days_with_a_bill(now: dt.datetime) -> list[dt.date]:
    """Yesterday's bill is there only from a certain time on."""
    yet_to_come = timezone.localtime(now).time() < READY_AT
    return [day_of(now) - dt.timedelta(days=ago + yet_to_come) for ago in range(1, DAYS + 1)]
