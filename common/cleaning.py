"""What is kept for a while only, and for how long."""

import datetime as dt
from typing import Any

from django.db.models import QuerySet

from common.exports import jobs
from common.models import Alert, Budget, IdempotencyKey, OutboxEvent

KEEP_IDEMPOTENCY_KEYS = dt.timedelta(days=7)
KEEP_BUDGETS = dt.timedelta(days=2)
KEEP_EVENTS = dt.timedelta(days=30)
KEEP_CLOSED_ALERTS = dt.timedelta(days=365)
# So many in one transaction, so that a backlog neither holds its locks for long nor fills the memory of a worker.
BATCH = 5_000


def clean(*, now: dt.datetime) -> None:
    """Delete old idempotency keys, budgets, closed alerts and exports, and events that every handler is done with."""
    jobs.clean(now=now)
    _drop(IdempotencyKey.objects.filter(created_at__lt=now - KEEP_IDEMPOTENCY_KEYS))
    _drop(Budget.objects.filter(window_starts_at__lt=now - KEEP_BUDGETS))
    _drop(Alert.objects.filter(closed_at__lt=now - KEEP_CLOSED_ALERTS))
    old = OutboxEvent.objects.filter(published_at__lt=now - KEEP_EVENTS, relayed_at__isnull=False)
    _drop(old.exclude(deliveries__status__in=["waiting", "parked"]))


def _drop(old: QuerySet[Any]) -> None:
    """Delete some at a time; whoever is killed in between leaves the rest to the next run."""
    while ids := list(old.values_list("pk", flat=True)[:BATCH]):
        old.model._default_manager.filter(pk__in=ids).delete()
