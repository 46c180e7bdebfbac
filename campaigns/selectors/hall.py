"""The hall 拼团大厅: what neighbours can join now, soon, and how it went."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from campaigns.models import Campaign, CampaignSku, TierPrice
from campaigns.search import searched
from campaigns.selectors.cards import CampaignCard, card, with_ladder
from campaigns.states import PUBLIC, Basis, CampaignStatus

PAGE = 20
SORTS = {
    "ending": ("closes_at", "pk"),
    "hottest": ("-progress__paid_participants", "pk"),
    "drop": ("-drop_fen", "closes_at", "pk"),
    "newest": ("-opens_at", "pk"),
}
SHOWN = {
    "open": (CampaignStatus.OPEN,),
    "soon": (CampaignStatus.SCHEDULED,),
    "ended": (CampaignStatus.CLOSING, CampaignStatus.SUCCEEDED, CampaignStatus.FAILED),
}


def hall(
    *,
    shown: str = "open",
    category_ids: Sequence[int] = (),
    point_ids: Sequence[int] | None = None,
    sort: str = "ending",
    search: str = "",
    offset: int = 0,
    limit: int = PAGE,
) -> list[CampaignCard]:
    """A page of cards, in a number of queries that does not grow with its rows.

    `shown` is a key of SHOWN, `sort` one of SORTS; unknown ones mean the first. Ended ones come latest first.
    """
    campaigns = public(shown=shown, category_ids=category_ids, point_ids=point_ids, search=search)
    order: Sequence[str] = SORTS.get(sort, SORTS["ending"])
    if shown == "ended":
        order = ("-closes_at", "-pk")
    elif sort == "drop":
        campaigns = with_drop(campaigns)
    return [card(campaign) for campaign in with_ladder(campaigns.order_by(*order))[offset : offset + limit]]


def public(
    *,
    shown: str = "",
    category_ids: Sequence[int] = (),
    point_ids: Sequence[int] | None = None,
    search: str = "",
) -> QuerySet[Campaign]:
    """Campaigns the public may see; all of them without `shown`.

    With `point_ids`, those that can be fetched at one of these pick-up points, or are delivered to every door.
    """
    campaigns = Campaign.objects.filter(status__in=SHOWN.get(shown, PUBLIC))
    if category_ids:
        goods = CampaignSku.objects.filter(campaign=OuterRef("pk"), sku__product__category_id__in=category_ids)
        campaigns = campaigns.filter(Exists(goods))
    if point_ids is not None:
        handed_over = Campaign.pickup_points.through.objects.filter(pickuppoint_id__in=point_ids)
        campaigns = campaigns.filter(Q(delivers=True) | Exists(handed_over.filter(campaign_id=OuterRef("pk"))))
    return searched(campaigns, search)


def with_drop(campaigns: QuerySet[Campaign]) -> QuerySet[Any]:
    """Each with `drop_fen`: how far the price one pays now lies below the regular one, of the first SKU."""
    first = CampaignSku.objects.filter(campaign=OuterRef("pk")).order_by("position", "pk")
    prices = TierPrice.objects.filter(campaign_sku=OuterRef("first_offer_id"))
    reached = prices.filter(tier__threshold__lte=OuterRef("counted")).order_by("-tier__threshold")
    counted = Case(
        When(basis=Basis.PARTICIPANTS, then=F("progress__paid_participants")), default=F("progress__paid_pieces")
    )
    return campaigns.alias(counted=counted, first_offer_id=Subquery(first.values("pk")[:1])).annotate(
        drop_fen=Subquery(first.values("sku__price_fen")[:1])
        - Coalesce(
            Subquery(reached.values("unit_price_fen")[:1]),
            Subquery(prices.order_by("tier__threshold").values("unit_price_fen")[:1]),
        )
    )


def ending_first(*, limit: int, point_ids: Sequence[int] | None = None) -> list[CampaignCard]:
    """Open campaigns, the one that closes next first."""
    return hall(shown="open", sort="ending", point_ids=point_ids, limit=limit)


def nearest_to_next_tier(
    *, limit: int = 1, among: int = 50, point_ids: Sequence[int] | None = None
) -> list[CampaignCard]:
    """Of the open campaigns that close next, those with the shortest way to their next step."""
    waiting = [entry for entry in ending_first(limit=among, point_ids=point_ids) if entry.ladder.to_next]
    return sorted(waiting, key=lambda entry: (entry.ladder.to_next or 0, entry.closes_at))[:limit]


def of_merchant(merchant_id: int) -> QuerySet[Campaign]:
    """A merchant's campaigns of every state, newest first, ready for `card`."""
    return with_ladder(Campaign.objects.filter(merchant_id=merchant_id)).order_by(F("id").desc())
