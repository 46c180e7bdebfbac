"""Operators: where neighbours live, what they say and ask."""

from community.admin import communities, reviews

__all__ = ["communities", "reviews"]
