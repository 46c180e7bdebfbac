"""A promotion as its merchant writes it down, before it is a row."""

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True)
class StepPlan:
    """From `threshold_fen` on: so much off; or so many pieces of a SKU, of `gift_stock` in all; or coupon and points.

    SKU and coupon go by their public codes.
    """

    threshold_fen: int
    off_fen: int = 0
    gift_sku: str = ""
    gift_pieces: int = 0
    gift_stock: int = 0
    coupon: str = ""
    points: int = 0


@dataclass(frozen=True)
class PromotionPlan:
    """All of a promotion; products and campaigns by public code, only where the scope asks for them."""

    title: str
    kind: str
    scope: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    steps: tuple[StepPlan, ...]
    products: tuple[str, ...] = ()
    campaigns: tuple[str, ...] = ()
