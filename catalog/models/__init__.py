from catalog.models.allotment import Allotment
from catalog.models.category import Category
from catalog.models.product import Product, ProductImage, Sku
from catalog.models.stock import Stock, StockMovement

__all__ = ["Allotment", "Category", "Product", "ProductImage", "Sku", "Stock", "StockMovement"]
