"""Holds: a higher app keeps a paid order from going on, an operator its money from going out; and lets it go."""

import datetime as dt
from collections.abc import Sequence

from django.db import transaction

from common import audit, statemachine
from orders.errors import CannotFreeze, NotFrozen
from orders.models import Hold, Order
from orders.states import FREEZABLE, OrderStatus

# The hold of an operator.
FREEZE = "freeze"


def kind_of_freeze(by: str = "") -> str:
    """The kind of the hold that freezes an order: an operator's own, or one on behalf of something, by its name."""
    return f"{FREEZE}:{by}" if by else FREEZE


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


@transaction.atomic
def freeze(*, order: Order, actor_id: int, note: str, now: dt.datetime, by: str = "") -> None:
    """An operator keeps an order's money where it is, whatever its window says. Raises CannotFreeze.

    The goods go their way; only completing waits. Freezing twice is freezing once. What is frozen `by` something is
    let go by the same only.
    """
    order = _lock(order)
    if order.status not in FREEZABLE:
        raise CannotFreeze
    Hold.objects.update_or_create(order=order, kind=kind_of_freeze(by), defaults={"released_at": None})
    _audit("order.freeze", order, actor_id=actor_id, note=note)


@transaction.atomic
def unfreeze(*, order: Order, actor_id: int, note: str, now: dt.datetime, by: str = "") -> None:
    """Let an order's money go: it completes with the next sweep if its window is over. Raises NotFrozen."""
    order = _lock(order)
    frozen = Hold.objects.filter(order=order, kind=kind_of_freeze(by), released_at__isnull=True)
    if not frozen.update(released_at=now):
        raise NotFrozen
    _audit("order.unfreeze", order, actor_id=actor_id, note=note)


def _lock(order: Order) -> Order:
    """Its own row: completing takes it too, and looks for holds once it has it."""
    return Order.objects.select_for_update(of=("self",), no_key=True).get(pk=order.pk)


def _audit(action: str, order: Order, *, actor_id: int, note: str) -> None:
    audit.record(actor_id=actor_id, action=action, subject=f"order:{order.number}", note=note)
