"""A quote for a basket: what its rules must know is read once, then the price is pure arithmetic."""

import datetime as dt
from dataclasses import replace

from orders import pricing
from orders.contributions import facts_readers
from orders.quotes import Basket, Quote


def quote(basket: Basket, *, now: dt.datetime) -> Quote:
    """Let every app read its facts, and price the basket with them. Raises PlacingDenied."""
    read = {name: reader(basket, now) for name, reader in facts_readers.items()}
    return pricing.quote(replace(basket, facts={**basket.facts, **read}), now=now)
