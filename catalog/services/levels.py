"""What follows when pieces run low or out, or come back: the alert, and the place on the shelf.

Called where the pieces left of a SKU have changed, after the change, in the same transaction.
"""

import datetime as dt
from collections.abc import Iterable

from catalog.events import StockLow
from catalog.locks import lock_products, lock_stocks
from catalog.models import Product, Stock
from catalog.selectors.levels import left_of_products, left_of_skus
from catalog.states import ProductStatus
from common.events import publish
from common.statemachine import move


def watch(*, sku_ids: Iterable[int], now: dt.datetime) -> None:
    """Look at the levels of some SKUs.

    The rows are locked before they are counted: two buyers who take the last pieces of two allotments, or of two
    SKUs, would otherwise each see the other's piece and neither take the product off the shelf.
    """
    wanted = sorted(set(sku_ids))
    if wanted:
        _watch_alerts(lock_stocks(wanted), now=now)
        watch_shelf(lock_products(wanted), now=now)


def _watch_alerts(stocks: list[Stock], *, now: dt.datetime) -> None:
    left = left_of_skus(stock.pk for stock in stocks)
    low = {stock.pk for stock in stocks if 0 < stock.alert_threshold >= left[stock.pk]}
    crossed = [stock.pk for stock in stocks if stock.pk in low and stock.low_since is None]
    refilled = [stock.pk for stock in stocks if stock.pk not in low and stock.low_since is not None]
    if crossed:
        Stock.objects.filter(pk__in=crossed).update(low_since=now)
        publish(*(StockLow(sku_id=pk, left=left[pk], since=now.isoformat()) for pk in crossed))
    if refilled:
        Stock.objects.filter(pk__in=refilled).update(low_since=None)


def watch_shelf(products: list[Product], *, now: dt.datetime) -> None:
    """Take locked products off the shelf when nothing is left, and put back what went for that reason alone."""
    left = left_of_products(product.pk for product in products)
    for product in products:
        pieces = left.get(product.pk, 0)
        if product.status == ProductStatus.ON_SHELF and pieces == 0:
            move(product, ProductStatus.SOLD_OUT, now=now)
        elif product.status == ProductStatus.SOLD_OUT and pieces > 0:
            move(product, ProductStatus.ON_SHELF, now=now)
