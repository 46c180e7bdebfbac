"""Products, their pictures, and the stock of each SKU."""
