"""Many new products in a few statements: the rows that creating, filling and showing them one by one would leave."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from accounts.models import Merchant
from catalog.errors import MerchantMayNotSell
from catalog.models import Product, Sku, Stock, StockMovement
from catalog.services.details import ProductDetails, SkuDetails, tidied
from catalog.services.products import columns_of
from catalog.states import MovementKind, ProductStatus
from common import audit
from common.ids import new_code
from common.rows import insert_rows
from common.statemachine import begin_many, move_many


@dataclass(frozen=True)
class NewProduct:
    """A product that may be written: tidied details, its first pieces by specification, and whether buyers see it."""

    details: ProductDetails
    pieces: Mapping[str, int]
    on_shelf: bool


def checked(*, merchant: Merchant, details: ProductDetails, pieces: Mapping[str, int], on_shelf: bool) -> NewProduct:
    """A new product that `create_products` takes; its category and its number have been looked up.

    Raises InvalidField and MerchantMayNotSell.
    """
    tidy = tidied(details)
    if on_shelf and not merchant.may_sell:
        raise MerchantMayNotSell
    return NewProduct(tidy, pieces, on_shelf)


def create_products(
    *, merchant: Merchant, actor_id: int | None, wanted: Sequence[NewProduct], reason: str, now: dt.datetime
) -> None:
    """Write checked products with their SKUs and first stock, and show those that are to be seen.

    Nobody can have seen them before the transaction ends, so nothing is locked and no level is watched.
    """
    products = insert_rows(Product(merchant=merchant, created_at=now, **columns_of(new.details)) for new in wanted)
    begin_many(products, now=now, actor_id=actor_id)
    _fill(products, wanted, reason=reason, actor_id=actor_id, now=now)
    audit.record_many(actor_id=actor_id, action="product.create", subjects=_subjects(products))
    shown = [product for product, new in zip(products, wanted, strict=True) if new.on_shelf]
    if shown:
        to = ProductStatus.ON_SHELF
        ids = [product.pk for product in shown]
        move_many(Product, ids, was=ProductStatus.DRAFT, to=to, now=now, actor_id=actor_id)
        audit.record_many(actor_id=actor_id, action=f"product.{to}", subjects=_subjects(shown))


def _subjects(products: Sequence[Product]) -> list[str]:
    return [f"product:{product.code}" for product in products]


def _fill(
    products: Sequence[Product], wanted: Sequence[NewProduct], *, reason: str, actor_id: int | None, now: dt.datetime
) -> None:
    """The SKUs of each product in the order of its details, and the pieces they begin with."""
    skus = insert_rows(
        Sku(product=product, position=position, **_columns(sku))
        for product, new in zip(products, wanted, strict=True)
        for position, sku in enumerate(new.details.skus)
    )
    pieces = [new.pieces.get(sku.specification, 0) for new in wanted for sku in new.details.skus]
    begun = list(zip(skus, pieces, strict=True))
    Stock.objects.bulk_create(Stock(sku=sku, available=count, adjusted=count) for sku, count in begun)
    insert_rows(
        StockMovement(
            sku=sku,
            kind=MovementKind.ADJUST,
            quantity=count,
            available_delta=count,
            document=f"adjustment:{new_code()}",
            reason=reason,
            actor_id=actor_id,
            at=now,
        )
        for sku, count in begun
        if count
    )


def _columns(sku: SkuDetails) -> dict[str, object]:
    return {"specification": sku.specification, "price_fen": sku.price_fen, "cost_fen": sku.cost_fen}
