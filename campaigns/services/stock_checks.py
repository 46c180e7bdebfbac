"""Whether the shelf holds what a campaign wants to set aside."""

from django.utils.translation import gettext as _

from campaigns.models import Campaign
from catalog.models import Stock
from common.errors import InvalidField


def check_stock(campaign: Campaign) -> None:
    """Raise InvalidField for the first SKU with fewer pieces on the shelf than the campaign wants."""
    offers = list(campaign.skus.select_related("sku__product").order_by("position", "pk"))
    stocks = Stock.objects.in_bulk([offer.sku_id for offer in offers])
    for number, offer in enumerate(offers):
        stock = stocks.get(offer.sku_id)
        available = stock.available if stock else 0
        if offer.quantity > available:
            reason = _("%(sku)s 库存只有 %(available)s 件") % {"sku": offer.sku, "available": available}
            raise InvalidField(f"skus.{number}.quantity", reason)
