"""A bill is read in one attempt, line after line, and compared when it is complete."""

import datetime as dt
from collections.abc import Iterable, Iterator
from itertools import islice

from django.db import transaction

from common.alerts import close_alert
from common.clock import day_of, start_of
from payments.errors import AlreadyReconciling, DayNotOver, GatewayUnavailable
from payments.gateways.base import BillLine, gateway_named
from payments.models import ReconciliationLine, ReconciliationRun
from payments.services.reconciling.comparing import compare
from payments.services.reconciling.replaying import replay_run

# Whoever reads a bill has this long; then another may begin anew.
LEASE = dt.timedelta(minutes=10)
# A bill that was not there comes any minute; one that is missing after days hardly comes at all.
TRY_AGAIN, TRY_AGAIN_LATE = dt.timedelta(minutes=10), dt.timedelta(hours=6)
EXPECTED_WITHIN = dt.timedelta(days=3)
# Before its bill is made, a gateway may say that there was nothing at all. Our books knowing better, it is not believed
# for so long after the day's end.
EMPTY_IS_LATE = dt.timedelta(days=1)
BATCH = 1_000
UNREAD = "bill_unread"


def reconcile(*, gateway: str, day: dt.date, now: dt.datetime) -> ReconciliationRun:
    """Hold a gateway's bill of one day against our books, and let the gateway explain what differs. Not in a
    transaction; safe to repeat, and by several at once: one of them does it.

    Raises DayNotOver, UnknownGateway, AlreadyReconciling; GatewayUnavailable and GatewayRefused when there is no bill:
    then no case is opened, and the sweep tries again.
    """
    if day >= day_of(now):
        raise DayNotOver
    bill = gateway_named(gateway)
    run = _claim(gateway, day, now=now)
    try:
        _keep(run, bill.read_bill(day))
        finished = _finish(run, now=now)
    except Exception as error:
        _give_up(run, str(error) or type(error).__name__, now=now)
        raise
    close_alert(kind=UNREAD, subject=f"bill:{finished}", now=now)
    return replay_run(run=finished, now=now)


@transaction.atomic
def _claim(gateway: str, day: dt.date, *, now: dt.datetime) -> ReconciliationRun:
    """A reading with an attempt that nobody else has."""
    ReconciliationRun.objects.get_or_create(gateway=gateway, day=day, defaults={"due_at": now})
    run = ReconciliationRun.objects.select_for_update(no_key=True).get(gateway=gateway, day=day)
    if run.leased_until and run.leased_until > now:
        raise AlreadyReconciling
    run.attempt, run.leased_until = run.attempt + 1, now + LEASE
    run.save(update_fields=["attempt", "leased_until"])
    return run


def _keep(run: ReconciliationRun, bill: Iterable[BillLine]) -> None:
    """Write the lines down as they come; no more of them are in memory than a batch."""
    position = 0
    for batch in _batches(iter(bill)):
        ReconciliationLine.objects.bulk_create(
            ReconciliationLine(
                run=run,
                attempt=run.attempt,
                position=position + place,
                kind=line.kind,
                number=line.number or line.gateway_number,
                gateway_number=line.gateway_number,
                at=line.at,
                their_fen=line.amount_fen,
                their_status=line.status,
            )
            for place, line in enumerate(batch)
        )
        position += len(batch)


def _batches(bill: Iterator[BillLine]) -> Iterator[list[BillLine]]:
    while batch := list(islice(bill, BATCH)):
        yield batch


@transaction.atomic
def _finish(claimed: ReconciliationRun, *, now: dt.datetime) -> ReconciliationRun:
    """Compare, and let this attempt count; unless another has begun meanwhile, which will do it."""
    run = ReconciliationRun.objects.select_for_update(no_key=True).get(pk=claimed.pk)
    if run.attempt != claimed.attempt:
        raise AlreadyReconciling
    compare(run=run, attempt=run.attempt, now=now)
    if _is_hardly_made(run, now=now):
        raise GatewayUnavailable
    run.lines.exclude(attempt=run.attempt).delete()
    run.finished_attempt, run.finished_at = run.attempt, now
    run.due_at, run.leased_until, run.error = now, None, ""
    run.save(update_fields=["finished_attempt", "finished_at", "due_at", "leased_until", "error"])
    return run


def _is_hardly_made(run: ReconciliationRun, *, now: dt.datetime) -> bool:
    day_has_ended = start_of(run.day + dt.timedelta(days=1))
    return not run.line_count and run.difference_count > 0 and now < day_has_ended + EMPTY_IS_LATE


def _give_up(run: ReconciliationRun, why: str, *, now: dt.datetime) -> None:
    """Forget what was read, and come back later."""
    run.lines.filter(attempt=run.attempt).delete()
    wait = TRY_AGAIN if day_of(now) - run.day <= EXPECTED_WITHIN else TRY_AGAIN_LATE
    ReconciliationRun.objects.filter(pk=run.pk, attempt=run.attempt).update(
        leased_until=None, due_at=now + wait, error=why[:200]
    )
