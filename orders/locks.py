"""Locks in the house's order: payments first, then orders, both by key."""

from collections import Counter
from collections.abc import Sequence

from orders.errors import NoSuchOrder
from orders.models import Order
from payments.models import Payment

SUBJECT = "order"


def lock_with_payments(order_id: int) -> Order:
    """One order, with every payment of it, locked."""
    number = Order.objects.filter(pk=order_id).values_list("number", flat=True).first()
    if number is None:
        raise NoSuchOrder
    payments = Payment.objects.for_subject(SUBJECT, number).order_by("pk")
    list(payments.select_for_update(of=("self",), no_key=True))
    return Order.objects.select_for_update(of=("self",), no_key=True).get(pk=order_id)


def lock_free_with_payments(numbers: Sequence[str]) -> list[Order]:
    """Of these paid orders the ones that nobody else has locked, nor any of their applied payments."""
    applied = Payment.objects.filter(subject_kind=SUBJECT, subject_number__in=numbers, applied=True).order_by("pk")
    free = applied.select_for_update(of=("self",), no_key=True, skip_locked=True)
    locked_fen: Counter[str] = Counter()
    for number, amount_fen in free.values_list("subject_number", "amount_fen"):
        locked_fen[number] += amount_fen
    orders = Order.objects.filter(number__in=list(locked_fen)).order_by("pk")
    locked = orders.select_for_update(of=("self",), no_key=True, skip_locked=True)
    return [order for order in locked if locked_fen[order.number] == order.payable_fen]
