from catalog.models.allotment import Allotment
from catalog.models.category import Category
from catalog.models.movement import ArchivedStockMovement, JournalLine, StockMovement
from catalog.models.product import Product, ProductImage, Sku
from catalog.models.stock import Stock

__all__ = [
    "Allotment",
    "ArchivedStockMovement",
    "Category",
    "JournalLine",
    "Product",
    "ProductImage",
    "Sku",
    "Stock",
    "StockMovement",
]
