"""Orders whose after-sales window is over: the money goes to whom it belongs, and whoever waited for that is told."""

import datetime as dt
import logging
from collections.abc import Sequence

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef

from common import events, statemachine
from orders.events import OrderCompleted
from orders.models import Hold, Order, OrderLine
from orders.models.order import OrderQuerySet
from orders.selectors.earnings import earnings_of
from orders.services.earning import terms_of
from orders.states import OrderStatus
from payments.services.escrow import release_many

logger = logging.getLogger(__name__)

BATCH = 500


def window_end(order: Order, *, received_at: dt.datetime) -> dt.datetime:
    """Until when the buyer may come back: the longest right to return of its lines, and never less than what
    everybody has to tell that something is missing or broken."""
    returnable = OrderLine.objects.filter(order=order, no_reason_return=True)
    days = max(returnable.values_list("return_days", flat=True), default=0)
    return received_at + max(dt.timedelta(days=days), settings.QUALITY_CLAIMS)


def complete_due(*, now: dt.datetime, limit: int = BATCH) -> int:
    """Complete every order whose window is over, `limit` at a time; where a batch fails, one by one.

    So an order that cannot be completed holds up no other, and is named in the log. Returns how many.
    """
    due = list(_due(now).order_by("completes_at").values_list("pk", flat=True))
    return sum(_complete_some(due[at : at + limit], now=now) for at in range(0, len(due), limit))


def _due(now: dt.datetime) -> OrderQuerySet:
    held = Hold.objects.filter(order=OuterRef("pk"), released_at__isnull=True)
    return Order.objects.filter(~Exists(held), status=OrderStatus.RECEIVED, completes_at__lte=now)


def _complete_some(order_ids: Sequence[int], *, now: dt.datetime) -> int:
    try:
        return complete_batch(order_ids, now=now)
    except Exception:
        logger.exception("a batch could not be completed")
    completed = 0
    for pk in order_ids:
        try:
            completed += complete_batch([pk], now=now)
        except Exception:
            logger.exception("an order could not be completed", extra={"order": pk})
    return completed


@transaction.atomic
def complete_batch(order_ids: Sequence[int], *, now: dt.datetime) -> int:
    """Complete those of these orders that are due and that nobody else has locked. Returns how many."""
    orders = _take(order_ids, now=now)
    if not orders:
        return 0
    earnings = earnings_of(orders)
    statemachine.move_many(
        Order,
        [order.pk for order in orders],
        was=OrderStatus.RECEIVED,
        to=OrderStatus.COMPLETED,
        now=now,
        completed_at=now,
    )
    release_many([terms_of(order, earnings[order.pk]) for order in orders], now=now)
    events.publish(*(OrderCompleted(order_id=order.pk) for order in orders))
    return len(orders)


def _take(order_ids: Sequence[int], *, now: dt.datetime) -> list[Order]:
    """Lock them and look again: a hold that was placed since does not show in the row that is locked."""
    free = _due(now).filter(pk__in=order_ids).order_by("pk")
    locked = list(free.select_for_update(of=("self",), no_key=True, skip_locked=True))
    still_due = set(_due(now).filter(pk__in=[order.pk for order in locked]).values_list("pk", flat=True))
    return [order for order in locked if order.pk in still_due]
