"""What a campaign is found by: its title, its merchant, the names and briefs of its goods."""

from campaigns.models import Campaign
from common.searching import search_text


def search_text_of(campaign: Campaign) -> str:
    """As its title, its merchant and its goods are now."""
    offers = campaign.skus.order_by("position", "pk").select_related("sku__product")
    goods = [text for offer in offers for text in (offer.sku.product.name, offer.sku.product.brief)]
    return search_text([campaign.title, campaign.merchant.name, *goods])
