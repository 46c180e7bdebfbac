"""How a campaign appears in a basket: the words and facts its rule, check and claims agree on."""

import datetime as dt
from dataclasses import dataclass

from campaigns.pricing import SkuTerms, Terms

SOURCE = "campaign"
HOLD = "campaign"
PERSON = "campaign_person"
PLACE = "campaign_place"
EARLY_BIRD = "early_bird"


def purpose_of(code: str) -> str:
    """The purpose written on a campaign's allotments."""
    return f"campaign:{code}"


@dataclass(frozen=True)
class CampaignFacts:
    """What the quote phase read: the terms, and the counters at that moment."""

    terms: Terms
    count: int
    early_birds: int
    buyer_is_staff: bool
    now: dt.datetime

    def sku_terms(self, sku_id: int) -> SkuTerms:
        return next(sku for sku in self.terms.skus if sku.sku_id == sku_id)
