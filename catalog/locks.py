"""The one order in which rows of goods are locked: allotments, then stocks, then products, each by ascending id.

The allotment comes first because it is the hot row of joining: the stock row is touched only in the rare case that
pieces run low, after the pieces are taken.
"""

from collections.abc import Iterable

from django.db.models import QuerySet

from catalog.models import Allotment, Product, Stock


def lock_allotments(allotments: QuerySet[Allotment]) -> list[Allotment]:
    """The allotments of a query, locked until the end of the transaction."""
    return list(allotments.select_for_update(no_key=True).order_by("pk"))


def lock_stocks(sku_ids: Iterable[int]) -> list[Stock]:
    """The stocks of some SKUs, locked until the end of the transaction."""
    return list(Stock.objects.filter(pk__in=set(sku_ids)).select_for_update(no_key=True).order_by("pk"))


def lock_products(sku_ids: Iterable[int]) -> list[Product]:
    """The products that some SKUs belong to, locked until the end of the transaction."""
    own = Product.objects.filter(skus__in=set(sku_ids)).values("pk")
    return list(Product.objects.filter(pk__in=own).select_for_update(no_key=True).order_by("pk"))
