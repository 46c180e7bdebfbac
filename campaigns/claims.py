"""What a campaign gives out and takes back: a person's limit, a place, an early-bird slot.

Each is one guarded statement. The row of the person comes first: it is not hot. The counters of the campaign come
last and are held shortest.
"""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Sequence

from django.db import connection
from django.db.models import F

from campaigns.errors import EarlyBirdGone, Full, LimitReached
from campaigns.models import Campaign, CampaignOrder, CampaignProgress, Participant
from campaigns.sources import EARLY_BIRD, PERSON, PLACE
from orders.contributions import Claim, ClaimKeeper, GivenBack, LockOrder, claim_keepers
from orders.models import Order

TAKE_PIECES = """
INSERT INTO campaigns_participant AS mine
       (campaign_id, user_id, live_pieces, live_orders, paid_orders, joined_at)
SELECT c.id, %(user)s, %(pieces)s, 1, 0, %(now)s FROM campaigns_campaign c
 WHERE c.id = %(campaign)s AND (c.limit_per_person IS NULL OR %(pieces)s <= c.limit_per_person)
    ON CONFLICT (campaign_id, user_id) DO UPDATE
       SET live_pieces = mine.live_pieces + EXCLUDED.live_pieces, live_orders = mine.live_orders + 1
     WHERE mine.live_pieces + EXCLUDED.live_pieces
           <= coalesce((SELECT limit_per_person FROM campaigns_campaign WHERE id = %(campaign)s), 2147483647)
RETURNING live_orders
"""


def _take_person(order: Order, claims: Sequence[Claim], now: dt.datetime) -> None:
    for claim in claims:
        early_bird = order.claims.filter(kind=EARLY_BIRD).exists()
        CampaignOrder.objects.create(
            order=order, campaign_id=int(claim.key), pieces=claim.quantity, early_bird=early_bird
        )
        with connection.cursor() as cursor:
            cursor.execute(
                TAKE_PIECES,
                {"campaign": int(claim.key), "user": order.buyer_id, "pieces": claim.quantity, "now": now},
            )
            if cursor.fetchone() is None:
                raise _limit_reached(int(claim.key), order.buyer_id)


def _limit_reached(campaign_id: int, user_id: int) -> LimitReached:
    limit = Campaign.objects.values_list("limit_per_person", flat=True).get(pk=campaign_id) or 0
    mine = Participant.objects.filter(campaign_id=campaign_id, user_id=user_id).first()
    taken = mine.live_pieces if mine else 0
    return LimitReached(limit=limit, taken=taken, left=limit - taken)


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


def _take_place(order: Order, claims: Sequence[Claim], now: dt.datetime) -> None:
    """A place is a person: only their first live order takes one. Their row is locked since the claim before."""
    for claim in claims:
        campaign_id = int(claim.key)
        if Participant.objects.filter(campaign_id=campaign_id, user_id=order.buyer_id, live_orders__gt=1).exists():
            continue
        most = Campaign.objects.values_list("max_participants", flat=True).get(pk=campaign_id)
        free = CampaignProgress.objects.filter(campaign_id=campaign_id, places_taken__lt=most)
        if not free.update(places_taken=F("places_taken") + 1):
            raise Full


def _give_back_place(given: Sequence[GivenBack], now: dt.datetime) -> None:
    """Whoever has no live order any more frees a place."""
    people: dict[int, set[int]] = defaultdict(set)
    for back in given:
        people[int(back.key)].add(back.order.buyer_id)
    for campaign_id, users in sorted(people.items()):
        gone = Participant.objects.filter(campaign_id=campaign_id, user_id__in=users, live_orders=0).count()
        CampaignProgress.objects.filter(campaign_id=campaign_id).update(places_taken=F("places_taken") - gone)


def _take_early_bird(order: Order, claims: Sequence[Claim], now: dt.datetime) -> None:
    for claim in claims:
        most = Campaign.objects.values_list("early_bird_orders", flat=True).get(pk=int(claim.key))
        free = CampaignProgress.objects.filter(campaign_id=int(claim.key), early_birds__lt=most)
        if not free.update(early_birds=F("early_birds") + claim.quantity):
            raise EarlyBirdGone


def _give_back_early_bird(given: Sequence[GivenBack], now: dt.datetime) -> None:
    slots = Counter({int(back.key): 0 for back in given})
    for back in given:
        slots[int(back.key)] += back.quantity
    for campaign_id, count in sorted(slots.items()):
        CampaignProgress.objects.filter(campaign_id=campaign_id).update(early_birds=F("early_birds") - count)


claim_keepers.register(PERSON, ClaimKeeper(LockOrder.PERSON, _take_person, _give_back_person))
claim_keepers.register(PLACE, ClaimKeeper(LockOrder.COUNTERS, _take_place, _give_back_place))
claim_keepers.register(EARLY_BIRD, ClaimKeeper(LockOrder.COUNTERS, _take_early_bird, _give_back_early_bird))
