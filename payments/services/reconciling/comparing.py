"""One bill beside our books: every difference has its case, and a case whose difference is gone is closed."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from common import statemachine
from common.clock import start_of
from payments.models import ReconciliationCase, ReconciliationLine, ReconciliationRun
from payments.services.reconciling import statements
from payments.states import BillLineKind, CaseOutcome, CaseStatus, Difference

# A whole day is compared at once, which takes longer than any request may.
PATIENCE = "2min"


def compare(*, run: ReconciliationRun, attempt: int, now: dt.datetime) -> None:
    """Compare what was read in one attempt with what our books say now, and count. Safe to repeat.

    Set-based, in the caller's transaction, which holds the run's lock.
    """
    params = _params(run, attempt, now=now)
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL statement_timeout = %s", [PATIENCE])
        for statement in (statements.FORGET_MISSING, statements.MATCH, statements.FIND_MISSING):
            cursor.execute(statement, params)
    lines = ReconciliationLine.objects.filter(run=run, attempt=attempt)
    _close_gone(run, lines, now=now)
    _reopen(run, lines, now=now)
    _open(params, now=now)
    _count(run, lines)


def _params(run: ReconciliationRun, attempt: int, *, now: dt.datetime) -> dict[str, Any]:
    return {
        "run": run.pk,
        "attempt": attempt,
        "gateway": run.gateway,
        "day": run.day,
        "start": start_of(run.day),
        "end": start_of(run.day + dt.timedelta(days=1)),
        "zone": settings.TIME_ZONE,
        "now": now,
    }


def _open(params: dict[str, Any], *, now: dt.datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statements.OPEN_CASES, params)
        opened = [ReconciliationCase(pk=row[0], status=CaseStatus.OPEN) for row in cursor.fetchall()]
    statemachine.begin_many(opened, now=now)


def _reopen(run: ReconciliationRun, lines: QuerySet[ReconciliationLine], *, now: dt.datetime) -> None:
    """What a bill says again; a case that a person settled is not touched."""
    again = ReconciliationCase.objects.filter(Exists(_same_difference(lines)), status=CaseStatus.REPAIRED)
    statemachine.move_many(
        ReconciliationCase,
        _locked(again.filter(gateway=run.gateway)),
        was=CaseStatus.REPAIRED,
        to=CaseStatus.OPEN,
        now=now,
        closed_at=None,
        replayed_at=None,
        answer_fen=None,
        answer_status="",
        outcome="",
    )


def _close_gone(run: ReconciliationRun, lines: QuerySet[ReconciliationLine], *, now: dt.datetime) -> None:
    """Differences of this day that are no more, and what other days missed and this bill has."""
    here_no_more = Q(day=run.day) & ~Exists(_same_difference(lines))
    on_this_bill = lines.filter(kind=OuterRef("kind"), number=OuterRef("number"), position__isnull=False)
    found = Q(difference=Difference.MISSING_THERE) & ~Q(day=run.day) & Exists(on_this_bill)
    gone = ReconciliationCase.objects.filter(here_no_more | found, gateway=run.gateway, status=CaseStatus.OPEN)
    _close(gone.filter(outcome=""), now=now, outcome=CaseOutcome.GONE)
    for outcome in (CaseOutcome.CAPTURED, CaseOutcome.REFUND_MOVED):
        _close(gone.filter(outcome=outcome), now=now, outcome=outcome)


def _close(gone: QuerySet[ReconciliationCase], *, now: dt.datetime, outcome: CaseOutcome) -> None:
    statemachine.move_many(
        ReconciliationCase,
        _locked(gone),
        was=CaseStatus.OPEN,
        to=CaseStatus.REPAIRED,
        now=now,
        reason=str(outcome),
        closed_at=now,
        outcome=outcome,
    )


def _same_difference(lines: QuerySet[ReconciliationLine]) -> QuerySet[ReconciliationLine]:
    return lines.filter(kind=OuterRef("kind"), number=OuterRef("number"), difference=OuterRef("difference"))


def _locked(cases: QuerySet[ReconciliationCase]) -> list[int]:
    return list(cases.order_by("pk").select_for_update(of=("self",), no_key=True).values_list("pk", flat=True))


def _count(run: ReconciliationRun, lines: QuerySet[ReconciliationLine]) -> None:
    on_bill = Q(position__isnull=False)
    counted = lines.aggregate(
        line_count=Count("pk", filter=on_bill),
        matched_count=Count("pk", filter=on_bill & Q(difference="")),
        difference_count=Count("pk", filter=~Q(difference="")),
        paid_fen=Sum("their_fen", filter=Q(kind=BillLineKind.PAYMENT), default=0),
        refunded_fen=Sum("their_fen", filter=Q(kind=BillLineKind.REFUND), default=0),
    )
    for name, value in counted.items():
        setattr(run, name, value)
    run.save(update_fields=list(counted))
