"""Products in bulk: every row is tried, each bad one named, and then all are kept or none.

Repeating an import changes the products it made (found by the merchant's number) and adds what is new. Their stock is
left alone, since it has been sold from in the meantime, and so is their place on the shelf.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant
from catalog.errors import ImportRefused
from catalog.models import Category, Product
from catalog.services.details import ProductDetails, SkuDetails
from catalog.services.importing_categories import attempt, write_categories
from catalog.services.matrix import axes_of
from catalog.services.products import create_product, put_on_shelf, update_product
from catalog.services.stock import adjust
from catalog.sheets import PRODUCTS, ProductRow, Sheets, SkuRow
from common import audit
from common.errors import InvalidField

ONLY_SPECIFICATION = "标准"
REASON = "导入"


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
    categories: dict[str, Category]


def import_products(
    *,
    merchant: Merchant,
    sheets: Sheets,
    actor_id: int | None,
    dry_run: bool,
    now: dt.datetime,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> ImportReport:
    """Write the sheets' categories, products, SKUs and first stock; `progress` is told (done, total) products.

    A dry run writes and takes everything back, so that it finds exactly what the import would find. A product without
    a SKU row gets one SKU at its own price with no stock. Raises ImportRefused (`rows`).
    """
    report = ImportReport()
    with transaction.atomic():
        report.categories = len(sheets.categories)
        work = _Import(merchant, actor_id, now, write_categories(sheets))
        skus = _by_product(sheets)
        for done, row in enumerate(sheets.products, start=1):
            attempt(sheets, PRODUCTS, row.line, partial(_write_product, work, row, skus[row.number], report))
            progress(done, len(sheets.products))
        if sheets.bad:
            rows = sorted(sheets.bad, key=lambda bad: (bad.sheet, bad.line))
            raise ImportRefused(count=len(rows), rows=rows)
        audit.record(actor_id=actor_id, action="product.import", subject=f"merchant:{merchant.code}", **vars(report))
        transaction.set_rollback(dry_run)
    return report


def _by_product(sheets: Sheets) -> dict[str, list[SkuRow]]:
    rows: dict[str, list[SkuRow]] = defaultdict(list)
    for row in sheets.skus:
        rows[row.product].append(row)
    return rows


def _write_product(work: _Import, row: ProductRow, skus: list[SkuRow], report: ImportReport) -> None:
    rows = skus or [SkuRow(row.line, row.number, "", row.price_fen, 0)]
    standing = work.merchant.products.filter(external_id=row.number).first()
    known = set(standing.skus.values_list("specification", flat=True)) if standing else set()
    details = _details(work, row, rows, standing)
    if standing:
        product = update_product(product=standing, actor_id=work.actor_id, details=details, now=work.now)
        report.updated += 1
    else:
        product = create_product(merchant=work.merchant, actor_id=work.actor_id, details=details, now=work.now)
        report.created += 1
    report.skus += len(rows)
    pieces = {details.skus[index].specification: sku.pieces for index, sku in enumerate(rows) if sku.pieces}
    _fill(work, product, {name: count for name, count in pieces.items() if name not in known})
    if row.on_sale and not standing and pieces:
        put_on_shelf(product=product, actor_id=work.actor_id, now=work.now)


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
    same = standing.skus.filter(specification=specification).first() if standing else None
    return same.cost_fen if same else None


def _fill(work: _Import, product: Product, pieces: dict[str, int]) -> None:
    """Put the first pieces of new SKUs on the shelf."""
    for sku in product.skus.filter(specification__in=pieces).order_by("pk"):
        quantity = pieces[sku.specification]
        adjust(sku_id=sku.pk, quantity=quantity, reason=REASON, actor_id=work.actor_id, now=work.now)
