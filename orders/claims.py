"""The claim that orders keeps itself, with the catalogue below it: pieces of an allotment."""

import datetime as dt
from collections.abc import Sequence

from catalog.errors import SellingClosed, SoldOut
from catalog.services import reserving
from orders.contributions import Claim, ClaimKeeper, GivenBack, LockOrder, claim_keepers
from orders.errors import GiftGone
from orders.models import Order

ALLOTMENT = "allotment"


def _take(order: Order, claims: Sequence[Claim], now: dt.datetime) -> None:
    takes = [reserving.Take(allotment_id=int(claim.key), quantity=claim.quantity) for claim in claims]
    try:
        reserving.reserve(takes=takes, document=order.number, now=now)
    except (SoldOut, SellingClosed) as refusal:
        if refusal.allotment_id in {int(claim.key) for claim in claims if claim.is_gift}:
            raise GiftGone from refusal
        raise


def _give_back(given: Sequence[GivenBack], now: dt.datetime) -> None:
    takes = [(back.order.number, reserving.Take(allotment_id=int(back.key), quantity=back.quantity)) for back in given]
    reserving.release_many(takes=takes, now=now)


claim_keepers.register(ALLOTMENT, ClaimKeeper(rank=LockOrder.ALLOTMENT, take=_take, give_back=_give_back))
