"""What a merchant decides about a campaign, as data."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from campaigns.states import Basis, WhenMissed


@dataclass(frozen=True)
class SkuPlan:
    """A SKU by its public code, how many pieces to set aside, and its unit price for every threshold."""

    sku: str
    quantity: int
    prices_fen: Sequence[int]
    early_bird_price_fen: int | None = None


@dataclass(frozen=True)
class Plan:
    """Everything a merchant decides about a campaign. Pick-up points by public code; money in fen."""

    title: str
    opens_at: dt.datetime
    closes_at: dt.datetime
    thresholds: Sequence[int]
    skus: Sequence[SkuPlan]
    minimum: int
    basis: str = Basis.PIECES
    description: str = ""
    max_participants: int | None = None
    limit_per_person: int | None = None
    payment_minutes: int = 15
    head_start_minutes: int = 0
    early_bird_orders: int | None = None
    early_bird_until: dt.datetime | None = None
    leaving_allowed: bool = True
    settle_when_full: bool = True
    when_missed: str = WhenMissed.REFUND
    extend_hours: int | None = None
    pickup_points: Sequence[str] = field(default_factory=tuple)
    delivers: bool = False
    freight_fen: int = 0
    free_freight_from_fen: int | None = None
    fulfilment_note: str = ""
