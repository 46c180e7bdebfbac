"""Holds: a higher app keeps a paid order from going on, and lets it go."""

import datetime as dt
from collections.abc import Sequence

from common import statemachine
from orders.models import Hold, Order
from orders.states import OrderStatus


def go_on_unless_held(order: Order, *, now: dt.datetime) -> None:
    """A paid order that nobody holds is to be prepared at once."""
    if not Hold.objects.filter(order=order, released_at__isnull=True).exists():
        statemachine.move(order, OrderStatus.PREPARING, now=now)


def release_holds(orders: Sequence[Order], *, kind: str, now: dt.datetime) -> None:
    """Release one kind of hold on paid orders locked by the caller; those nobody else holds go on."""
    ids = [order.pk for order in orders]
    Hold.objects.filter(order_id__in=ids, kind=kind, released_at__isnull=True).update(released_at=now)
    held = set(Hold.objects.filter(order_id__in=ids, released_at__isnull=True).values_list("order_id", flat=True))
    free = [pk for pk in ids if pk not in held]
    statemachine.move_many(Order, free, was=OrderStatus.PAID, to=OrderStatus.PREPARING, now=now)
