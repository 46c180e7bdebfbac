"""The claim that orders keeps itself, with the catalogue below it: pieces of an allotment."""

import datetime as dt
from collections.abc import Sequence

from django.apps import apps
from django.db.models.signals import post_migrate

from catalog.errors import SellingClosed, SoldOut
from catalog.services import levels, reserving
from common.calls import SaidNo
from common.errors import Refusal
from orders.contributions import Claim, ClaimKeeper, GivenBack, LockOrder, TakeInSql, claim_keepers
from orders.errors import GiftGone
from orders.services.dispatching import write_dispatch

ALLOTMENT = "allotment"


def _refusal(said: SaidNo, claims: Sequence[Claim]) -> Refusal | None:
    """What is gone is a gift, or what was asked for."""
    refusal = reserving.refusal(said)
    gifts = {int(claim.key) for claim in claims if claim.is_gift}
    if isinstance(refusal, SoldOut | SellingClosed) and refusal.allotment_id in gifts:
        return GiftGone()
    return refusal


def _watch(low: list[int], now: dt.datetime) -> None:
    levels.watch(sku_ids=low, now=now)


def _give_back(given: Sequence[GivenBack], now: dt.datetime) -> None:
    takes = [(back.order.number, reserving.Take(allotment_id=int(back.key), quantity=back.quantity)) for back in given]
    reserving.release_many(takes=takes, now=now)


TAKE = TakeInSql("orders_take_allotments", _refusal, _watch)
claim_keepers.register(ALLOTMENT, ClaimKeeper(LockOrder.ALLOTMENT, TAKE, _give_back))

post_migrate.connect(write_dispatch, sender=apps.get_app_config("orders"))
