"""The SKUs a campaign may offer."""

from collections.abc import Sequence

from django.db.models import Q, QuerySet

from accounts.models import Merchant
from catalog.models import Sku
from common.searching import matches

MOST_LISTED = 200


def on_sale(merchant: Merchant, search: str = "") -> QuerySet[Sku]:
    """The merchant's SKUs on sale with product and stock, newest product first."""
    skus = Sku.objects.filter(product__merchant=merchant, retired_at=None).select_related("product", "stock")
    if search:
        skus = skus.filter(matches(search, field="product__search_text") | Q(specification__icontains=search))
    return skus.order_by("-product_id", "position", "pk")


def named(merchant: Merchant, codes: Sequence[str]) -> list[Sku]:
    """Those of these codes that are the merchant's, in the order they were named; each once."""
    found = {sku.code: sku for sku in on_sale(merchant).filter(code__in=codes[:MOST_LISTED])}
    return [found[code] for code in dict.fromkeys(codes) if code in found]
