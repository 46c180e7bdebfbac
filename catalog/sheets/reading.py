"""Product sheets as merchants bring them: CSV in UTF-8 or GB 18030, each bad row named with its reason.

`categories.csv` id,parent_id,name · `products.csv` sn,category_id,name,brief,unit,price,on_sale · `skus.csv`
product_sn,specification,price,stock. Prices are yuan; other columns are passed over.
"""

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from catalog.sheets.rows import CATEGORIES, PRODUCTS, SKUS, CategoryRow, ProductRow, Sheets, SkuRow
from catalog.sheets.tables import read_cells
from common.errors import Invalid, InvalidField
from common.money import parse_yuan

PIECES = re.compile(r"\d{1,6}", re.ASCII)
Row = TypeVar("Row", CategoryRow, ProductRow, SkuRow)


def read_sheets(*, products: bytes, skus: bytes = b"", categories: bytes = b"") -> Sheets:
    """Read the sheets; an empty one says nothing. Never raises: what is wrong stands in `bad`."""
    sheets = Sheets()
    columns = ("sn", "category_id", "name", "brief", "unit", "price", "on_sale")
    branches = _rows(sheets, CATEGORIES, categories, ("id", "parent_id", "name"), _category)
    goods = _rows(sheets, PRODUCTS, products, columns, _product)
    pieces = _rows(sheets, SKUS, skus, ("product_sn", "specification", "price", "stock"), _sku)
    sheets.categories = _first_of_each(sheets, CATEGORIES, branches, lambda row: row.number)
    sheets.products = _first_of_each(sheets, PRODUCTS, goods, lambda row: row.number)
    sheets.skus = _first_of_each(sheets, SKUS, pieces, lambda row: f"{row.product} {row.specification}")
    _refuse_orphans(sheets)
    return sheets


def _rows(
    sheets: Sheets, sheet: str, content: bytes, columns: Sequence[str], convert: Callable[[int, dict[str, str]], Row]
) -> list[Row]:
    converted = []
    for line, cells in read_cells(sheets, sheet, content, columns):
        try:
            converted.append(convert(line, cells))
        except Invalid as refusal:
            sheets.refuse(sheet, line, refusal)
    return converted


def _category(line: int, cells: dict[str, str]) -> CategoryRow:
    parent = "" if cells["parent_id"] == "0" else cells["parent_id"]
    return CategoryRow(line, _text(cells, "id", 40), parent, _text(cells, "name", 40))


def _product(line: int, cells: dict[str, str]) -> ProductRow:
    if cells["on_sale"] not in ("0", "1"):
        raise InvalidField("on_sale", _("on_sale 只能是 0 或 1"))
    return ProductRow(
        line=line,
        number=_text(cells, "sn", 40),
        category=cells["category_id"],
        name=_text(cells, "name", 100),
        brief=cells["brief"],
        unit=cells["unit"] or "件",
        price_fen=_price(cells),
        on_sale=cells["on_sale"] == "1",
    )


def _sku(line: int, cells: dict[str, str]) -> SkuRow:
    if not PIECES.fullmatch(cells["stock"]):
        raise InvalidField("stock", _("库存要写成 0 到 999999 的整数"))
    return SkuRow(line, _text(cells, "product_sn", 40), cells["specification"], _price(cells), int(cells["stock"]))


def _text(cells: dict[str, str], column: str, most: int) -> str:
    if not 1 <= len(cells[column]) <= most:
        raise InvalidField(column, _("%(column)s 要填，最多 %(most)s 字") % {"column": column, "most": most})
    return cells[column]


def _price(cells: dict[str, str]) -> int:
    price_fen = parse_yuan(cells["price"])
    if price_fen == 0:
        raise InvalidField("price", _("价格要大于 0"))
    return price_fen


def _first_of_each(sheets: Sheets, sheet: str, rows: Sequence[Row], name: Callable[[Row], str]) -> list[Row]:
    """The rows without those whose name came before; these are refused."""
    first: dict[str, Row] = {}
    for row in rows:
        if (earlier := first.setdefault(name(row), row)) is not row:
            words = {"name": name(row), "line": earlier.line}
            sheets.refuse(sheet, row.line, _("%(name)s 和第 %(line)s 行重复") % words)
    return list(first.values())


def _refuse_orphans(sheets: Sheets) -> None:
    """A SKU needs its product. The product's row may itself be bad; then both are named."""
    known = {row.number for row in sheets.products}
    for row in sheets.skus:
        if row.product not in known:
            sheets.refuse(SKUS, row.line, _("没有这个商品：%(number)s") % {"number": row.product})
