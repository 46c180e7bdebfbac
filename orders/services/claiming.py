"""Taking what an order claims, and giving it back once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from orders.contributions import Claim, ClaimKeeper, GivenBack, claim_keepers
from orders.models import Order, OrderClaim


def take_claims(order: Order, claims: Sequence[Claim], *, now: dt.datetime) -> None:
    """Take everything or raise the keeper's Refusal. Rows first, guarded updates last, keepers in lock order."""
    OrderClaim.objects.bulk_create(
        OrderClaim(order=order, kind=claim.kind, key=claim.key, quantity=claim.quantity) for claim in claims
    )
    for kind, keeper in _in_lock_order():
        if mine := [claim for claim in claims if claim.kind == kind]:
            keeper.take(order, mine, now)


def give_back_claims(orders: Sequence[Order], *, now: dt.datetime) -> None:
    """Give back whatever these orders, locked by the caller, still hold."""
    by_id = {order.pk: order for order in orders}
    held = list(OrderClaim.objects.filter(order_id__in=by_id, given_back_at__isnull=True).order_by("pk"))
    OrderClaim.objects.filter(pk__in=[claim.pk for claim in held]).update(given_back_at=now)
    by_kind = defaultdict(list)
    for claim in held:
        by_kind[claim.kind].append(GivenBack(by_id[claim.order_id], claim.key, claim.quantity))
    for kind, keeper in _in_lock_order():
        if by_kind[kind]:
            keeper.give_back(by_kind[kind], now)


def _in_lock_order() -> list[tuple[str, ClaimKeeper]]:
    return sorted(claim_keepers.items(), key=lambda entry: (entry[1].rank, entry[0]))
