"""F2: what a leader earns: order by order, when it becomes theirs, and what was taken back."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from orders.locks import SUBJECT
from orders.models import Hold, Order
from payments.models import Commission
from payments.selectors.commissions import commissions_of, earned_by
from web.access import person, signed_in
from web.keyset import keyset_page


@dataclass(frozen=True)
class Row:
    """A commission with the order it comes from; `is_held` while somebody looks into that order."""

    commission: Commission
    order: Order
    is_held: bool


@signed_in
def commission(request: HttpRequest) -> HttpResponse:
    """What is frozen, what is mine, and each order's part in it."""
    user = person(request)
    page = keyset_page(request.GET, commissions_of(user).filter(subject_kind=SUBJECT))
    context = {"tab": "me", "earned": earned_by(user), "page": page, "rows": _rows(page)}
    return render(request, "storefront/commission/index.html", context)


def _rows(commissions: Iterable[Commission]) -> list[Row]:
    listed = list(commissions)
    orders = Order.objects.in_bulk([one.subject_number for one in listed], field_name="number")
    held = set(Hold.objects.filter(order__in=orders.values(), released_at__isnull=True).values_list("order", flat=True))
    return [Row(one, orders[one.subject_number], orders[one.subject_number].pk in held) for one in listed]
