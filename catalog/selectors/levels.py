"""How many pieces are left: on the shelf, and set aside but not yet taken."""

from collections.abc import Iterable

from django.db.models import F, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from catalog.models import Allotment, Stock

UNRETURNED = Allotment.objects.filter(sku=OuterRef("pk"), returned_at=None).order_by().values("sku")
UNTAKEN = UNRETURNED.annotate(untaken=Sum(F("quantity") - F("reserved") - F("sold"))).values("untaken")
# Opening a campaign moves pieces from the first part to the second, so it changes nothing here.
LEFT = F("available") + Coalesce(Subquery(UNTAKEN), 0)


def left_of_skus(sku_ids: Iterable[int]) -> dict[int, int]:
    """Pieces left by SKU id: those available, and those of allotments that are neither taken nor returned."""
    return dict(Stock.objects.filter(pk__in=set(sku_ids)).annotate(left=LEFT).values_list("pk", "left"))


def left_of_products(product_ids: Iterable[int]) -> dict[int, int]:
    """Pieces left by product id, over the SKUs that have not been retired. Products without any are missing."""
    stocks = Stock.objects.filter(sku__product__in=set(product_ids), sku__retired_at=None).annotate(left=LEFT)
    left: dict[int, int] = {}
    for product_id, pieces in stocks.values_list("sku__product_id", "left"):
        left[product_id] = left.get(product_id, 0) + pieces
    return left
