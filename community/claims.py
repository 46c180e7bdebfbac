"""The claim that community keeps: points of a buyer, by the id of whose they are."""

import datetime as dt
from collections.abc import Sequence

from community.services.points.spending import give_back, spend
from orders.contributions import Claim, ClaimKeeper, GivenBack, LockOrder, claim_keepers
from orders.models import Order

POINTS = "points"


def _take(order: Order, claims: Sequence[Claim], now: dt.datetime) -> None:
    for claim in claims:
        spend(order=order, points=claim.quantity, now=now)


def _give_back(given: Sequence[GivenBack], now: dt.datetime) -> None:
    give_back(given, now=now)


claim_keepers.register(POINTS, ClaimKeeper(rank=LockOrder.POINTS, take=_take, give_back=_give_back))
