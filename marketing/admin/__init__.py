"""Operators: coupons of the platform, and what became of everybody's."""

from marketing.admin import coupons

__all__ = ["coupons"]
