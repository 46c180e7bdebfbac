"""Goods: categories, products, SKUs, stock and its movements, allotments."""
