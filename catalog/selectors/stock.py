"""The stock list of a merchant and the journal behind each number."""

from django.db.models import QuerySet

from accounts.models import Merchant
from catalog.models import JournalLine, Sku, Stock
from catalog.selectors.levels import LEFT
from common.errors import NotFound


def stocks_of(merchant: Merchant, *, low_only: bool = False) -> QuerySet[Stock]:
    """The stock of each SKU on sale with `left` (pieces left to buyers), lowest first, SKU and product attached."""
    stocks = Stock.objects.filter(sku__product__merchant=merchant, sku__retired_at=None)
    if low_only:
        stocks = stocks.filter(low_since__isnull=False)
    return stocks.annotate(left=LEFT).select_related("sku__product").order_by("left", "pk")


def sku_for_merchant(merchant: Merchant, code: str) -> Sku:
    """One of the merchant's own SKUs with product and stock. Raises NotFound, also for another merchant's."""
    own = Sku.objects.filter(product__merchant=merchant, code=code)
    sku = own.select_related("product", "stock").first()
    if sku is None:
        raise NotFound
    return sku


def movements_of(sku: Sku) -> QuerySet[JournalLine]:
    """The journal of a SKU, archived or not, newest first, with who did it."""
    return JournalLine.objects.filter(sku=sku).select_related("actor").order_by("-id")
