"""How a campaign came down its stairs."""

import datetime as dt
from dataclasses import dataclass

from campaigns.models import Campaign, TierReached


@dataclass(frozen=True)
class ReachedStep:
    """A step, when neighbours reached it, and the price of one SKU from then on."""

    at: dt.datetime
    threshold: int
    price_fen: int


def steps_reached(campaign: Campaign, *, sku_id: int) -> list[ReachedStep]:
    """The steps a campaign has reached, the lowest count first. One query."""
    reached = TierReached.objects.filter(campaign=campaign, tier__prices__campaign_sku__sku_id=sku_id)
    rows = reached.order_by("tier__threshold").values_list("at", "tier__threshold", "tier__prices__unit_price_fen")
    return [ReachedStep(*row) for row in rows]
