"""News of orders: placed, paid and counted, told to everybody who listens. ÷ Celery's tasks that do nothing."""

from django.db import connection
from django.utils import timezone

from bench.noop import tasks_per_second
from bench.row import Row
from bench.seeding import BIG
from bench.workers import seconds_of
from campaigns.events import PaymentCounted
from campaigns.models import Campaign
from common import events
from common.models import EventDelivery, OutboxEvent
from orders.events import OrderPaid, OrderPlaced
from orders.models import Order

ORDERS = 2_000


def prepare() -> int:
    """Publish what was not published of the clones; returns how many events that is."""
    campaign = Campaign.objects.get(code=BIG)
    order_ids = list(Order.objects.filter(source_code=BIG).order_by("-pk").values_list("pk", flat=True)[:ORDERS])
    for count, order_id in enumerate(order_ids, start=1):
        counted = PaymentCounted(campaign_id=campaign.pk, order_id=order_id, participants=count, pieces=count)
        events.publish(OrderPlaced(order_id=order_id), OrderPaid(order_id=order_id), counted)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE common_outboxevent")
    return 3 * ORDERS


def relay() -> int:
    """One worker's part of it: all that is there until nothing is left."""
    return events.drain(now=timezone.now())


def ours(count: int) -> float:
    """Events per second, each counted once all its handlers have run."""
    _steps, seconds = seconds_of(relay)
    assert not OutboxEvent.objects.filter(relayed_at__isnull=True).exists()
    assert not EventDelivery.objects.exclude(status=EventDelivery.Status.DONE).exists()
    return count / seconds


def reference(_count: int) -> float:
    """Tasks per second."""
    return tasks_per_second()


ROW = Row(
    name="events",
    unit="events/s with all their handlers ÷ Celery's no-op tasks/s, two workers each",
    bar=1.0,
    prepare=prepare,
    ours=ours,
    reference=reference,
    fresh=True,
)
