"""Goods as tests need them: each function goes through the services."""

import datetime as dt
from typing import Any

from django.utils import timezone

from accounts.models import Merchant
from catalog.models import Allotment, Category, Product, Sku
from catalog.services import products, stock
from catalog.services.allotting import allot
from catalog.services.details import ProductDetails, SkuDetails

PRICE_FEN = 3990


def make_category(name: str = "水果", **fields: Any) -> Category:
    """A category, or the one that has this name already."""
    return Category.objects.get_or_create(name=name, parent=fields.pop("parent", None), defaults=fields)[0]


def make_details(**changes: Any) -> ProductDetails:
    """What a merchant types into the product form: one SKU of 5 斤 for ¥39.90."""
    fields: dict[str, Any] = {"name": "红富士苹果", "unit": "箱", "skus": [SkuDetails("5 斤装", PRICE_FEN)]}
    return ProductDetails(**fields | changes)


def make_product(
    merchant: Merchant,
    *,
    price_fen: int = PRICE_FEN,
    stock: int = 100,
    specifications: tuple[str, ...] = ("5 斤装",),
    on_shelf: bool = True,
    now: dt.datetime | None = None,
    **details: Any,
) -> Product:
    """A product with `stock` pieces of each specification, on the shelf unless told otherwise or without stock."""
    now = now or timezone.now()
    skus = [SkuDetails(specification, price_fen) for specification in specifications]
    product = products.create_product(
        merchant=merchant, actor_id=None, details=make_details(skus=skus, **details), now=now
    )
    for sku in product.skus.order_by("position"):
        fill(sku, stock, now=now)
    if on_shelf and stock:
        products.put_on_shelf(product=product, actor_id=None, now=now)
    return product


def make_sku(merchant: Merchant, *, price_fen: int = PRICE_FEN, stock: int = 100, **details: Any) -> Sku:
    """The only SKU of a new product."""
    return make_product(merchant, price_fen=price_fen, stock=stock, **details).skus.get()


def make_allotment(sku: Sku, quantity: int, *, purpose: str = "campaign:TEST") -> Allotment:
    """Pieces of a SKU set aside for a purpose."""
    return allot(sku_id=sku.pk, quantity=quantity, purpose=purpose, now=timezone.now())


def fill(sku: Sku, quantity: int, *, now: dt.datetime | None = None) -> None:
    """Pieces that come in; none for 0."""
    if quantity:
        stock.adjust(sku_id=sku.pk, quantity=quantity, reason="到货", actor_id=None, now=now or timezone.now())
