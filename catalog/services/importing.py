"""Products in bulk: every row is tried, each bad one named, and then all are kept or none.

Repeating an import changes the products it made (found by the merchant's number) and adds what is new. Their stock is
left alone, since it has been sold from in the meantime, and so is their place on the shelf.

The rows go through in chunks: what is new is checked row by row and written together, what changes goes one by one.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant
from catalog.errors import ImportRefused
from catalog.models import Category, Product, Sku
from catalog.services.details import ProductDetails, SkuDetails
from catalog.services.importing_categories import attempt, tried, write_categories
from catalog.services.importing_new import NewProduct, checked, create_products
from catalog.services.matrix import axes_of
from catalog.services.products import update_product
from catalog.services.stock import adjust
from catalog.sheets import PRODUCTS, ProductRow, Sheets, SkuRow
from common import audit
from common.errors import InvalidField

ONLY_SPECIFICATION = "标准"
REASON = "导入"
CHUNK = 500


@dataclass
class ImportReport:
    """What an import did, or in a dry run would do."""

    categories: int = 0
    created: int = 0
    updated: int = 0
    skus: int = 0


@dataclass(frozen=True)
class _Import:
    merchant: Merchant
    actor_id: int | None
    now: dt.datetime
    sheets: Sheets
    categories: dict[str, Category]
    skus: dict[str, list[SkuRow]]
    report: ImportReport = field(default_factory=ImportReport)


def import_products(
    *,
    merchant: Merchant,
    sheets: Sheets,
    actor_id: int | None,
    dry_run: bool,
    now: dt.datetime,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> ImportReport:
    """Write the sheets' categories, products, SKUs and first stock; `progress` hears (done, total) after each chunk.

    A dry run writes and takes everything back, so that it finds exactly what the import would find. A product without
    a SKU row gets one SKU at its own price with no stock. Raises ImportRefused (`rows`).
    """
    with transaction.atomic():
        work = _Import(merchant, actor_id, now, sheets, write_categories(sheets), _by_product(sheets))
        work.report.categories = len(sheets.categories)
        total = len(sheets.products)
        for start in range(0, total, CHUNK):
            rows = sheets.products[start : start + CHUNK]
            _write_chunk(work, rows)
            progress(start + len(rows), total)
        if sheets.bad:
            bad = sorted(sheets.bad, key=lambda row: (row.sheet, row.line))
            raise ImportRefused(count=len(bad), rows=bad)
        audit.record(
            actor_id=actor_id, action="product.import", subject=f"merchant:{merchant.code}", **vars(work.report)
        )
        transaction.set_rollback(dry_run)
    return work.report


def _by_product(sheets: Sheets) -> dict[str, list[SkuRow]]:
    rows: dict[str, list[SkuRow]] = defaultdict(list)
    for row in sheets.skus:
        rows[row.product].append(row)
    return rows


def _write_chunk(work: _Import, rows: Sequence[ProductRow]) -> None:
    known = work.merchant.products.filter(external_id__in=[row.number for row in rows]).prefetch_related("skus")
    standing = {product.external_id: product for product in known}
    new: list[NewProduct] = []
    for row in rows:
        if product := standing.get(row.number):
            attempt(work.sheets, PRODUCTS, row.line, partial(_change, work, row, product))
        else:
            tried(work.sheets, PRODUCTS, row.line, partial(_add, work, row, new))
    create_products(merchant=work.merchant, actor_id=work.actor_id, wanted=new, reason=REASON, now=work.now)


def _add(work: _Import, row: ProductRow, new: list[NewProduct]) -> None:
    """Check one product that is new, to be written with its chunk."""
    skus = _skus_of(work, row)
    details = _details(work, row, skus, None)
    pieces = _pieces(details, skus)
    new.append(checked(merchant=work.merchant, details=details, pieces=pieces, on_shelf=row.on_sale and bool(pieces)))
    work.report.created += 1
    work.report.skus += len(skus)


def _change(work: _Import, row: ProductRow, product: Product) -> None:
    """Change one product that is there; only SKUs it did not have get pieces."""
    skus = _skus_of(work, row)
    known = {sku.specification for sku in product.skus.all()}
    details = _details(work, row, skus, product)
    changed = update_product(product=product, actor_id=work.actor_id, details=details, now=work.now)
    fresh = {name: count for name, count in _pieces(details, skus).items() if name not in known}
    for sku in Sku.objects.filter(product=changed, specification__in=fresh).order_by("pk"):
        quantity = fresh[sku.specification]
        adjust(sku_id=sku.pk, quantity=quantity, reason=REASON, actor_id=work.actor_id, now=work.now)
    work.report.updated += 1
    work.report.skus += len(skus)


def _skus_of(work: _Import, row: ProductRow) -> list[SkuRow]:
    return work.skus[row.number] or [SkuRow(row.line, row.number, "", row.price_fen, 0)]


def _pieces(details: ProductDetails, skus: Sequence[SkuRow]) -> dict[str, int]:
    """The first pieces by specification."""
    named = zip(details.skus, skus, strict=True)
    return {sku.specification: row.pieces for sku, row in named if row.pieces}


def _details(work: _Import, row: ProductRow, rows: list[SkuRow], standing: Product | None) -> ProductDetails:
    """The product as the sheet tells it; what no column tells stays as it is."""
    names = [sku.specification for sku in rows]
    if names == [ONLY_SPECIFICATION]:
        names = [""]
    if row.category and row.category not in work.categories:
        raise InvalidField("category_id", _("没有这个类目：%(number)s") % {"number": row.category})
    return ProductDetails(
        name=row.name,
        brief=row.brief,
        unit=row.unit,
        category_id=work.categories[row.category].pk if row.category else None,
        description=standing.description if standing else "",
        options=axes_of(names),
        skus=[SkuDetails(name, sku.price_fen, _cost(standing, name)) for name, sku in zip(names, rows, strict=True)],
        no_reason_return=standing.no_reason_return if standing else False,
        return_days=standing.return_days if standing else 0,
        external_id=row.number,
    )


def _cost(standing: Product | None, specification: str) -> int | None:
    skus = standing.skus.all() if standing else ()
    return next((sku.cost_fen for sku in skus if sku.specification == specification), None)
