"""What is kept for a while only, and for how long."""

import datetime as dt

from common.exports import jobs
from common.models import Alert, Budget, IdempotencyKey, OutboxEvent

KEEP_IDEMPOTENCY_KEYS = dt.timedelta(days=7)
KEEP_BUDGETS = dt.timedelta(days=2)
KEEP_EVENTS = dt.timedelta(days=30)
KEEP_CLOSED_ALERTS = dt.timedelta(days=365)


def clean(*, now: dt.datetime) -> None:
    """Delete old idempotency keys, budgets, closed alerts and exports, and events that every handler is done with."""
    jobs.clean(now=now)
    IdempotencyKey.objects.filter(created_at__lt=now - KEEP_IDEMPOTENCY_KEYS).delete()
    Budget.objects.filter(window_starts_at__lt=now - KEEP_BUDGETS).delete()
    Alert.objects.filter(closed_at__lt=now - KEEP_CLOSED_ALERTS).delete()
    old = OutboxEvent.objects.filter(published_at__lt=now - KEEP_EVENTS, relayed_at__isnull=False)
    old.exclude(deliveries__status__in=["waiting", "parked"]).delete()
