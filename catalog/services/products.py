"""A merchant's products: written, changed, put on the shelf and taken off it."""

import datetime as dt
from typing import Any

from django.db import transaction

from accounts.models import Merchant
from catalog.errors import ExternalIdTaken, MerchantMayNotSell, NothingToSell
from catalog.locks import lock_products, lock_stocks
from catalog.models import Product
from catalog.selectors.levels import left_of_products
from catalog.services.details import ProductDetails, SkuDetails, cleaned
from catalog.services.levels import watch_shelf
from catalog.services.skus import write_skus
from catalog.states import ProductStatus
from common import audit
from common.searching import search_text
from common.statemachine import begin, move

__all__ = [
    "ProductDetails",
    "SkuDetails",
    "columns_of",
    "create_product",
    "put_on_shelf",
    "take_off_shelf",
    "update_product",
]


@transaction.atomic
def create_product(*, merchant: Merchant, actor_id: int | None, details: ProductDetails, now: dt.datetime) -> Product:
    """A new product as a draft, its SKUs without stock. Raises InvalidField, ExternalIdTaken."""
    tidy = cleaned(details)
    _check_external_id(merchant, tidy)
    product = Product.objects.create(merchant=merchant, **columns_of(tidy))
    begin(product, now=now, actor_id=actor_id)
    write_skus(product, wanted=tidy.skus, now=now)
    audit.record(actor_id=actor_id, action="product.create", subject=f"product:{product.code}")
    return product


@transaction.atomic
def update_product(*, product: Product, actor_id: int | None, details: ProductDetails, now: dt.datetime) -> Product:
    """Change everything but the stock; SKUs missing from the details are retired. Orders keep what they have frozen.

    Raises InvalidField, ExternalIdTaken.
    """
    tidy = cleaned(details)
    _check_external_id(product.merchant, tidy, product=product)
    locked = _locked(product)
    Product.objects.filter(pk=locked.pk).update(**columns_of(tidy))
    write_skus(locked, wanted=tidy.skus, now=now)
    watch_shelf([locked], now=now)
    audit.record(actor_id=actor_id, action="product.update", subject=f"product:{product.code}")
    product.refresh_from_db()
    return product


@transaction.atomic
def put_on_shelf(*, product: Product, actor_id: int | None, now: dt.datetime) -> Product:
    """Show the product to buyers. Raises MerchantMayNotSell, NothingToSell, StateChanged."""
    if not product.merchant.may_sell:
        raise MerchantMayNotSell
    locked = _locked(product)
    if not left_of_products([locked.pk]).get(locked.pk):
        raise NothingToSell
    return _moved(product, locked, ProductStatus.ON_SHELF, actor_id=actor_id, now=now)


@transaction.atomic
def take_off_shelf(*, product: Product, actor_id: int | None, now: dt.datetime) -> Product:
    """Hide the product; campaigns under way keep their pieces. Raises StateChanged."""
    return _moved(product, _locked(product), ProductStatus.OFF_SHELF, actor_id=actor_id, now=now)


def _locked(product: Product) -> Product:
    """The row as it is now, locked after the stocks of its SKUs: see catalog.locks."""
    sku_ids = list(product.skus.values_list("pk", flat=True))
    lock_stocks(sku_ids)
    return lock_products(sku_ids)[0]


def _moved(product: Product, locked: Product, to: str, *, actor_id: int | None, now: dt.datetime) -> Product:
    move(locked, to, now=now, actor_id=actor_id)
    audit.record(actor_id=actor_id, action=f"product.{to}", subject=f"product:{product.code}")
    product.status = locked.status
    return product


def _check_external_id(merchant: Merchant, details: ProductDetails, product: Product | None = None) -> None:
    others = merchant.products.exclude(pk=product.pk) if product else merchant.products.all()
    if details.external_id and others.filter(external_id=details.external_id).exists():
        raise ExternalIdTaken(external_id=details.external_id)


def columns_of(details: ProductDetails) -> dict[str, Any]:
    """The columns of a product that tidied details fill."""
    return {
        "name": details.name,
        "brief": details.brief,
        "unit": details.unit,
        "category_id": details.category_id,
        "description": details.description,
        "options": list(details.options),
        "no_reason_return": details.no_reason_return,
        "return_days": details.return_days,
        "external_id": details.external_id,
        "search_text": search_text([details.name, details.brief, details.external_id]),
    }
