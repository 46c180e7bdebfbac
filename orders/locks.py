"""Locks in the house's order: payments first, then orders, both by key."""

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


def lock_free_with_payments(numbers: Sequence[str]) -> tuple[list[Order], dict[str, Payment]]:
    """Of these orders the ones nobody else has locked, with their applied payments by order number."""
    applied = Payment.objects.filter(subject_kind=SUBJECT, subject_number__in=numbers, applied=True).order_by("pk")
    free = applied.select_for_update(of=("self",), no_key=True, skip_locked=True)
    payments = {payment.subject_number: payment for payment in free}
    orders = Order.objects.filter(number__in=list(payments)).order_by("pk")
    return list(orders.select_for_update(of=("self",), no_key=True, skip_locked=True)), payments
