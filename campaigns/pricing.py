"""The arithmetic of a tiered campaign, by docs/rules.md. Pure functions on numbers; the clearest code in the house."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from campaigns.states import Basis, CampaignStatus, CloseReason, WhenMissed


@dataclass(frozen=True)
class SkuTerms:
    """One SKU on offer: a unit price for every threshold, in the same order, strictly falling."""

    sku_id: int
    sku_code: str
    allotment_id: int | None
    product_name: str
    specification: str
    unit: str
    quantity: int
    list_price_fen: int
    prices_fen: tuple[int, ...]
    early_bird_price_fen: int | None
    no_reason_return: bool
    return_days: int


@dataclass(frozen=True)
class Point:
    """A pick-up point a buyer may choose, with what an order freezes of it."""

    point_id: int
    code: str
    leader_id: int | None
    commission_bp: int


@dataclass(frozen=True)
class Terms:
    """Everything about a campaign that does not move while it is open; cached by its version."""

    campaign_id: int
    version: int
    code: str
    merchant_id: int
    basis: str
    minimum: int
    thresholds: tuple[int, ...]
    skus: tuple[SkuTerms, ...]
    points: tuple[Point, ...]
    max_participants: int | None
    limit_per_person: int | None
    early_bird_orders: int | None
    early_bird_until: dt.datetime | None
    opens_at: dt.datetime
    closes_at: dt.datetime
    payment_minutes: int
    leaving_allowed: bool
    settle_when_full: bool
    when_missed: str
    extend_hours: int | None
    delivers: bool
    freight_fen: int
    free_freight_from_fen: int | None
    head_start_minutes: int = 0

    @property
    def opens_for_all_at(self) -> dt.datetime:
        """When it is open to everybody, and not only to members with early access."""
        return self.opens_at + dt.timedelta(minutes=self.head_start_minutes)

    @property
    def pieces(self) -> int:
        """How many pieces there are in all: the cap in pieces."""
        return sum(sku.quantity for sku in self.skus)


@dataclass(frozen=True)
class Counts:
    """The two counts of a campaign: distinct people with a paid order, and pieces over all its SKUs."""

    participants: int
    pieces: int

    def by(self, basis: str) -> int:
        """The one the ladder goes by."""
        return self.participants if basis == Basis.PARTICIPANTS else self.pieces


@dataclass(frozen=True)
class Decision:
    """How a campaign ends: its state, the step everybody pays (None when nobody does), and whether the merchant
    completed it at its own cost."""

    status: CampaignStatus
    tier: int | None = None
    subsidised: bool = False


def reached_tier(thresholds: Sequence[int], count: int) -> int | None:
    """Index of the highest threshold ≤ count; None below the lowest (rule 1)."""
    reached = [index for index, threshold in enumerate(thresholds) if threshold <= count]
    return reached[-1] if reached else None


def tier_price(prices_fen: Sequence[int], thresholds: Sequence[int], count: int) -> int:
    """The unit price at a count; below the lowest threshold it is that threshold's price (rule 2)."""
    return prices_fen[reached_tier(thresholds, count) or 0]


def final_unit_price(unit_paid_fen: int, tier_unit_fen: int) -> int:
    """Never more than was paid (rule 3)."""
    return min(unit_paid_fen, tier_unit_fen)


def difference(unit_paid_fen: int, final_unit_fen: int, quantity: int, left_on_line_fen: int) -> int:
    """What goes back of one line: the price drop times the pieces, bounded by what is left on it (rule 4)."""
    return min((unit_paid_fen - final_unit_fen) * quantity, left_on_line_fen)


def early_bird_open(terms: Terms, *, early_birds: int, now: dt.datetime) -> bool:
    """Whether an order placed now is an early bird: slots left, and before the early-bird deadline (rule 5)."""
    if terms.early_bird_orders is None and terms.early_bird_until is None:
        return False
    slot_left = terms.early_bird_orders is None or early_birds < terms.early_bird_orders
    in_time = terms.early_bird_until is None or now < terms.early_bird_until
    return slot_left and in_time


def is_full(terms: Terms, counts: Counts) -> bool:
    """Whether every place is paid: all people, or all pieces (rules 9 and 15)."""
    people_full = terms.max_participants is not None and counts.participants >= terms.max_participants
    return people_full or counts.pieces >= terms.pieces


def decide(terms: Terms, counts: Counts, *, close_reason: str, extended: bool) -> Decision:
    """The outcome at closing (rules 3, 6, 10, 11 and 18). OPEN means: extended once more."""
    if close_reason == CloseReason.MERCHANT:
        return Decision(CampaignStatus.CANCELLED)
    count = counts.by(terms.basis)
    if count >= terms.minimum:
        return Decision(CampaignStatus.SUCCEEDED, tier=reached_tier(terms.thresholds, count))
    if terms.when_missed == WhenMissed.EXTEND and not extended:
        return Decision(CampaignStatus.OPEN)
    if terms.when_missed == WhenMissed.SUBSIDY and counts.participants > 0:
        return Decision(CampaignStatus.SUCCEEDED, tier=0, subsidised=True)
    return Decision(CampaignStatus.FAILED)
