"""Product sheets as merchants bring them, each bad row named with its reason."""

from catalog.sheets.reading import read_sheets
from catalog.sheets.rows import CATEGORIES, PRODUCTS, SKUS, BadRow, CategoryRow, ProductRow, Sheets, SkuRow

__all__ = [
    "CATEGORIES",
    "PRODUCTS",
    "SKUS",
    "BadRow",
    "CategoryRow",
    "ProductRow",
    "Sheets",
    "SkuRow",
    "read_sheets",
]
