"""The rows of the SKU table: as posted, as they stand, and as the matrix makes them."""

from collections.abc import Mapping, Sequence
from typing import Any

from catalog.models import Product, Sku
from catalog.services.matrix import Axis, combinations
from web.backoffice.goods.forms import SkuForm

MOST_ROWS = 200
SPARE_ROWS = 2
STANDING = ("code", "specification", "price_fen", "cost_fen")
FILLED = ("price_fen", "cost_fen", "come_in")
TYPED = (*STANDING, "come_in", "gone")


def rows_of(data: Mapping[str, Any] | None, product: Product | None) -> list[SkuForm]:
    """The rows that were posted, or those of the product with some empty ones below."""
    if data is not None:
        typed = str(data.get("rows", ""))[:6]
        count = min(int(typed), MOST_ROWS) if typed.isdecimal() else 0
        return [SkuForm(data, prefix=f"sku{number}") for number in range(count)]
    standing = [_initial(sku) for sku in product.skus.all()] if product else [{}]
    return unbound([*standing, *({} for _row in range(SPARE_ROWS))])


def _initial(sku: Sku) -> dict[str, Any]:
    return {name: getattr(sku, name) for name in STANDING}


def unbound(rows: Sequence[Mapping[str, Any]]) -> list[SkuForm]:
    """Rows that show these values."""
    return [SkuForm(prefix=f"sku{number}", initial=dict(row)) for number, row in enumerate(rows)]


def typed_rows(rows: Sequence[SkuForm]) -> list[dict[str, Any]]:
    """What stands in posted rows, as typed."""
    return [{name: row[name].value() for name in TYPED} for row in rows]


def generated(rows: Sequence[dict[str, Any]], axes: Sequence[Axis]) -> list[dict[str, Any]]:
    """The rows of the matrix: those that stand keep their prices, the others are added with the first row's."""
    standing = {row["specification"]: row for row in rows if row["specification"] or row["code"]}
    pattern = next((row for row in rows if row["price_fen"]), {})
    prices = {name: pattern.get(name, "") for name in ("price_fen", "cost_fen")}
    cells = [standing.pop(name, {"specification": name} | prices) for name in combinations(axes)[:MOST_ROWS]]
    leftover = [row | {"gone": True} for row in standing.values() if row["code"]]
    return [*cells, *leftover]


def filled(rows: Sequence[dict[str, Any]], values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows that are in use take over what was typed once for all of them."""
    given = {name: values[name] for name in FILLED if values.get(name)}
    return [row | given if row["specification"] or row["code"] or row["price_fen"] else row for row in rows]
