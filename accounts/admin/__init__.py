"""Operators: who sells here, who buys here, and who may look at them."""

from accounts.admin import merchants, users

__all__ = ["merchants", "users"]
