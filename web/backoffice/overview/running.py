"""The campaigns that run now, for the list that keeps itself up to date."""

from collections.abc import Sequence
from zlib import crc32

from campaigns.selectors.cards import CampaignCard, card
from campaigns.selectors.hall import of_merchant
from campaigns.states import CampaignStatus
from web.backoffice.access import Shop
from web.templatetags.ladders import fingerprint

SHOWN = 8


def running(shop: Shop) -> list[CampaignCard]:
    """What is open, the one that closes next first."""
    ours = of_merchant(shop.merchant.pk).filter(status=CampaignStatus.OPEN).order_by("closes_at", "pk")
    return [card(campaign) for campaign in ours[:SHOWN]]


def seen(cards: Sequence[CampaignCard]) -> str:
    """Changes whenever something changes that the list shows."""
    return f"{crc32(' '.join(f'{each.code}-{fingerprint(each)}' for each in cards).encode()):08x}"
