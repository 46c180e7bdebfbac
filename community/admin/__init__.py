"""Operators: where neighbours live, what they say and ask, and what kind of members they are."""

from community.admin import communities, reviews, segments, tiers

__all__ = ["communities", "reviews", "segments", "tiers"]
