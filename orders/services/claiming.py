"""What an order claims, kind after kind in the one order of locks, and giving it back once."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence

from orders.contributions import Claim, ClaimKeeper, GivenBack, claim_keepers
from orders.models import Order, OrderClaim


def in_lock_order(claims: Sequence[Claim]) -> list[tuple[str, ClaimKeeper, list[Claim]]]:
    """The claims by kind, each with its keeper."""
    by_kind = defaultdict(list)
    for claim in claims:
        by_kind[claim.kind].append(claim)
    return [(kind, keeper, by_kind[kind]) for kind, keeper in _keepers() if kind in by_kind]


def give_back_claims(orders: Sequence[Order], *, now: dt.datetime) -> None:
    """Give back whatever these orders, locked by the caller, still hold."""
    by_id = {order.pk: order for order in orders}
    held = list(OrderClaim.objects.filter(order_id__in=by_id, given_back_at__isnull=True).order_by("pk"))
    OrderClaim.objects.filter(pk__in=[claim.pk for claim in held]).update(given_back_at=now)
    by_kind = defaultdict(list)
    for claim in held:
        by_kind[claim.kind].append(GivenBack(by_id[claim.order_id], claim.key, claim.quantity))
    for kind, keeper in _keepers():
        if by_kind[kind]:
            keeper.give_back(by_kind[kind], now)


def _keepers() -> list[tuple[str, ClaimKeeper]]:
    return sorted(claim_keepers.items(), key=lambda entry: (entry[1].rank, entry[0]))
