"""Importing a shop's sheets, beside COPY of the rows that this writes into the same tables."""

import csv
import io
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from bench.row import Row
from bench.seeding import the_shop
from catalog.services.importing import import_products
from catalog.sheets import read_sheets

PRODUCTS = 10_000
ORIGINS = ("烟台", "赣南", "阿克苏", "洛川", "丹东", "莱阳", "库尔勒")
GOODS = ("苹果", "脐橙", "香梨", "草莓", "葡萄", "猕猴桃", "蜜柚", "樱桃", "甜瓜", "白桃", "青梅")
TASTES = ("脆甜多汁", "香软细腻", "酸甜可口", "当季现摘", "顺丰到家")
# As they depend on each other; of those that have an id, what is above the highest one there was.
TABLES = {
    "catalog_category": "id",
    "catalog_product": "id",
    "catalog_sku": "id",
    "catalog_stock": "sku_id",
    "catalog_stockmovement": "id",
    "common_transition": "id",
    "common_auditentry": "id",
}


@dataclass(frozen=True)
class Goods:
    """The files a merchant brings, and the rows of each table that one import of them wrote."""

    products: bytes
    skus: bytes
    categories: bytes
    copies: dict[str, bytes]


def prepare() -> Goods:
    """Write the sheets; import them once and take that back, for the rows."""
    products = [_product(number) for number in range(PRODUCTS)]
    skus = [(f"A{number}", name, "39.90", "80") for number in range(PRODUCTS) for name in ("5 斤装", "10 斤装")]
    goods = Goods(
        products=_csv(("sn", "category_id", "name", "brief", "unit", "price", "on_sale"), products),
        skus=_csv(("product_sn", "specification", "price", "stock"), skus),
        categories=_csv(("id", "parent_id", "name"), [(str(n), "0", f"类目 {n}") for n in range(1, 21)]),
        copies={},
    )
    with transaction.atomic():
        before = {table: _highest(table) for table in TABLES}
        _import(goods)
        goods.copies.update((table, _copied(table, before[table])) for table in TABLES)
        transaction.set_rollback(True)
    return goods


def ours(goods: Goods) -> float:
    with _clock() as seconds:
        _import(goods)
    return PRODUCTS / seconds[0]


def reference(goods: Goods) -> float:
    with _clock() as seconds, transaction.atomic(), connection.cursor() as cursor:
        for table, rows in goods.copies.items():
            cursor.copy_expert(f"COPY {table} FROM STDIN", io.BytesIO(rows))
    return PRODUCTS / seconds[0]


@contextmanager
def _clock() -> Iterator[list[float]]:
    seconds: list[float] = []
    began = time.perf_counter()
    yield seconds
    seconds.append(time.perf_counter() - began)


def _import(goods: Goods) -> None:
    sheets = read_sheets(products=goods.products, skus=goods.skus, categories=goods.categories)
    shop = the_shop()
    import_products(merchant=shop.merchant, sheets=sheets, actor_id=shop.owner.pk, dry_run=False, now=timezone.now())


def _product(number: int) -> Sequence[str]:
    name = f"{ORIGINS[number % 7]}{GOODS[number % 11]} {number}"
    brief = f"{ORIGINS[number % 7]}直发，{TASTES[number % 5]}"
    return (f"A{number}", str(number % 20 + 1), name, brief, "箱", "39.90", str(number % 2))


def _csv(columns: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([columns, *rows])
    return text.getvalue().encode()


def _highest(table: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT coalesce(max({TABLES[table]}), 0) FROM {table}")
        return cursor.fetchone()[0]


def _copied(table: str, above: int) -> bytes:
    rows = io.BytesIO()
    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY (SELECT * FROM {table} WHERE {TABLES[table]} > {above}) TO STDOUT", rows)
    return rows.getvalue()


ROW = Row(
    name="import-products",
    unit="products/s",
    bar=0.15,
    prepare=prepare,
    ours=ours,
    reference=reference,
    fresh=True,
)
