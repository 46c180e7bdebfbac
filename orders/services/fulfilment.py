"""From "to prepare" to the buyer's hands."""

import datetime as dt
import secrets
from collections.abc import Sequence

from django.db import transaction

from accounts.models import Merchant, User
from common import audit, events, statemachine
from common.instants import spoken
from orders.errors import AlreadyPickedUp, NoSuchOrder, UnknownPickupCode
from orders.events import OrderReady, OrderReceived
from orders.models import Order
from orders.selectors.orders import with_everything
from orders.selectors.pickup import handing_over
from orders.services.completing import window_end
from orders.services.earning import accrue_commission
from orders.states import OrderStatus

CODE_DIGITS = 8
MOST_AT_ONCE = 500


@transaction.atomic
def mark_ready(*, merchant: Merchant, numbers: Sequence[str], actor_id: int, now: dt.datetime) -> int:
    """The goods of these orders have arrived; each gets a pick-up code. Returns how many there were.

    Orders that are not being prepared, or not this merchant's, are passed over: a bulk action may be repeated.
    """
    waiting = Order.objects.filter(merchant=merchant, number__in=numbers[:MOST_AT_ONCE], status=OrderStatus.PREPARING)
    orders = list(waiting.order_by("pk").select_for_update(no_key=True))
    codes = _free_codes(merchant, len(orders))
    statemachine.move_many(
        Order,
        [order.pk for order in orders],
        was=OrderStatus.PREPARING,
        to=OrderStatus.READY,
        now=now,
        actor_id=actor_id,
        ready_at=now,
    )
    for order, code in zip(orders, codes, strict=True):
        order.pickup_code = code
    Order.objects.bulk_update(orders, ["pickup_code"])
    events.publish(*(OrderReady(order_id=order.pk) for order in orders))
    if orders:
        audit.record(actor_id=actor_id, action="order.ready", subject=f"merchant:{merchant.code}", count=len(orders))
    return len(orders)


def _free_codes(merchant: Merchant, count: int) -> list[str]:
    """So many codes that nobody of this merchant is waiting with."""
    codes: set[str] = set()
    while len(codes) < count:
        fresh = {f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}" for _ in range(count - len(codes))}
        taken = Order.objects.filter(merchant=merchant, pickup_code__in=fresh).values_list("pickup_code", flat=True)
        codes |= fresh - set(taken)
    return sorted(codes, key=lambda _code: secrets.randbits(32))


def look_up_pickup(*, actor: User, code: str) -> Order:
    """The order that waits under a code, to be looked at before it changes hands. Changes nothing.

    Raises UnknownPickupCode, also for codes of other people's points, and AlreadyPickedUp.
    """
    order = _find_by_code(actor, code)
    if order is None:
        raise UnknownPickupCode
    if order.status != OrderStatus.READY:
        raise _picked_up(order)
    return order


def verify_pickup(*, actor: User, code: str, now: dt.datetime) -> Order:
    """Hand an order over to whoever shows its code, by who handles the merchant's goods or the leader of the point.

    Raises UnknownPickupCode, also for codes of other people's points, and AlreadyPickedUp.
    """
    order = look_up_pickup(actor=actor, code=code)
    try:
        _hand_over(order, actor_id=actor.pk, now=now)
    except statemachine.StateChanged:
        order.refresh_from_db()
        raise _picked_up(order) from None
    return order


def _find_by_code(actor: User, code: str) -> Order | None:
    digits = "".join(character for character in code if character.isdigit())
    if len(digits) != CODE_DIGITS:
        return None
    found = with_everything(Order.objects.filter(handing_over(actor), pickup_code=digits).distinct())
    # Codes are unique among the orders that wait; an old order may have had the same one.
    return min(found, key=lambda order: (order.status != OrderStatus.READY, -order.pk), default=None)


def _picked_up(order: Order) -> AlreadyPickedUp:
    when = spoken(order.received_at) if order.received_at else ""
    return AlreadyPickedUp(when=when, number=order.number)


@transaction.atomic
def _hand_over(order: Order, *, actor_id: int, now: dt.datetime) -> None:
    statemachine.move(
        order,
        OrderStatus.RECEIVED,
        now=now,
        actor_id=actor_id,
        received_at=now,
        completes_at=window_end(order, received_at=now),
    )
    accrue_commission(order, now=now)
    audit.record(actor_id=actor_id, action="order.hand_over", subject=f"order:{order.number}")
    events.publish(OrderReceived(order_id=order.pk))


def deliver(*, merchant: Merchant, number: str, actor_id: int, now: dt.datetime) -> Order:
    """The merchant brought an order to the buyer's door. Raises NoSuchOrder, StateChanged."""
    order = Order.objects.filter(merchant=merchant, number=number, pickup_point__isnull=True).first()
    if order is None:
        raise NoSuchOrder
    _hand_over(order, actor_id=actor_id, now=now)
    return order
