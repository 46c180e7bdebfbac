"""What the pages contribute to the reports that can be exported; found by the name of this module."""

from web.backoffice.exports import campaigns, customers, goods, marketing, money, numbers, orders, voices

__all__ = ["campaigns", "customers", "goods", "marketing", "money", "numbers", "orders", "voices"]
