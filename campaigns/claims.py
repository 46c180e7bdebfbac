"""What a campaign gives out and takes back: a person's limit, a place, an early-bird slot.

Taking is done by the functions of campaigns/sql/take_claims.sql, in the call that writes the order.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence

from django.db.models import F

from campaigns.errors import EarlyBirdGone, Full, LimitReached
from campaigns.models import CampaignProgress, Participant
from campaigns.sources import EARLY_BIRD, PERSON, PLACE
from common.calls import SaidNo
from common.errors import Refusal
from orders.contributions import Claim, ClaimKeeper, GiveBack, GivenBack, LockOrder, TakeInSql, claim_keepers


def _refusal(said: SaidNo, claims: Sequence[Claim]) -> Refusal | None:
    return said.as_one_of(LimitReached, Full, EarlyBirdGone)


def _give_back_person(given: Sequence[GivenBack], now: dt.datetime) -> None:
    pieces: Counter[tuple[int, int]] = Counter()
    orders: Counter[tuple[int, int]] = Counter()
    for back in given:
        person = (int(back.key), back.order.buyer_id)
        pieces[person] += back.quantity
        orders[person] += 1
    for campaign_id, user_id in sorted(pieces):
        Participant.objects.filter(campaign_id=campaign_id, user_id=user_id).update(
            live_pieces=F("live_pieces") - pieces[campaign_id, user_id],
            live_orders=F("live_orders") - orders[campaign_id, user_id],
        )


def _give_back_place(given: Sequence[GivenBack], now: dt.datetime) -> None:
    """Whoever has no live order any more frees a place."""
    people: dict[int, set[int]] = defaultdict(set)
    for back in given:
        people[int(back.key)].add(back.order.buyer_id)
    for campaign_id, users in sorted(people.items()):
        gone = Participant.objects.filter(campaign_id=campaign_id, user_id__in=users, live_orders=0).count()
        CampaignProgress.objects.filter(campaign_id=campaign_id).update(places_taken=F("places_taken") - gone)


def _give_back_early_bird(given: Sequence[GivenBack], now: dt.datetime) -> None:
    slots = Counter({int(back.key): 0 for back in given})
    for back in given:
        slots[int(back.key)] += back.quantity
    for campaign_id, count in sorted(slots.items()):
        CampaignProgress.objects.filter(campaign_id=campaign_id).update(early_birds=F("early_birds") - count)


def _keep(kind: str, rank: LockOrder, function: str, give_back: GiveBack) -> None:
    claim_keepers.register(kind, ClaimKeeper(rank, TakeInSql(function, _refusal), give_back))


_keep(PERSON, LockOrder.PERSON, "campaigns_take_person", _give_back_person)
_keep(PLACE, LockOrder.COUNTERS, "campaigns_take_place", _give_back_place)
_keep(EARLY_BIRD, LockOrder.COUNTERS, "campaigns_take_early_bird", _give_back_early_bird)
