"""The hall 拼团大厅: what neighbours can join now, soon, and how it went."""

from collections.abc import Sequence

from django.db.models import F, QuerySet

from campaigns.models import Campaign
from campaigns.search import searched
from campaigns.selectors.cards import CampaignCard, card, with_ladder
from campaigns.states import PUBLIC, CampaignStatus

PAGE = 20
SORTS = {
    "ending": ("closes_at", "pk"),
    "hottest": ("-progress__paid_participants", "pk"),
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
    sort: str = "ending",
    search: str = "",
    offset: int = 0,
    limit: int = PAGE,
) -> list[CampaignCard]:
    """A page of cards, in a number of queries that does not grow with its rows.

    `shown` is a key of SHOWN, `sort` one of SORTS; unknown ones mean the first. Ended ones come latest first.
    """
    campaigns = public(shown=shown, category_ids=category_ids, search=search)
    order: Sequence[str] = SORTS.get(sort, SORTS["ending"])
    if shown == "ended":
        order = ("-closes_at", "-pk")
    return [card(campaign) for campaign in with_ladder(campaigns.order_by(*order))[offset : offset + limit]]


def public(*, shown: str = "", category_ids: Sequence[int] = (), search: str = "") -> QuerySet[Campaign]:
    """Campaigns the public may see; all of them without `shown`."""
    campaigns = Campaign.objects.filter(status__in=SHOWN.get(shown, PUBLIC))
    if category_ids:
        campaigns = campaigns.filter(skus__sku__product__category_id__in=category_ids).distinct()
    return searched(campaigns, search)


def ending_first(*, limit: int) -> list[CampaignCard]:
    """Open campaigns, the one that closes next first."""
    return hall(shown="open", sort="ending", limit=limit)


def nearest_to_next_tier(*, limit: int = 1, among: int = 50) -> list[CampaignCard]:
    """Of the open campaigns that close next, those with the shortest way to their next step."""
    waiting = [entry for entry in ending_first(limit=among) if entry.ladder.to_next]
    return sorted(waiting, key=lambda entry: (entry.ladder.to_next or 0, entry.closes_at))[:limit]


def of_merchant(merchant_id: int) -> QuerySet[Campaign]:
    """A merchant's campaigns of every state, newest first, ready for `card`."""
    return with_ladder(Campaign.objects.filter(merchant_id=merchant_id)).order_by(F("id").desc())
