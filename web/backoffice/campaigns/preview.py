"""What a plan would look like to a buyer, and what it would bring, at this count or that.

Counted on the first SKU, one piece a person, by the same arithmetic that settles the real thing.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from campaigns.plans import Plan
from campaigns.pricing import Counts, Decision, Terms, decide, reached_tier
from campaigns.selectors.cards import CampaignCard, Ladder, Step
from campaigns.states import CampaignStatus, CloseReason
from catalog.models import Sku


@dataclass(frozen=True)
class Outcome:
    """What happens when the campaign closes at a count. `margin_fen` is None where the cost is not known."""

    count: int
    status: str
    is_subsidised: bool
    price_fen: int | None
    income_fen: int
    margin_fen: int | None


@dataclass(frozen=True)
class Preview:
    """The buyer's ladder at a count, and the outcomes at the counts that matter."""

    card: CampaignCard
    minimum: int
    asked: Outcome
    outcomes: tuple[Outcome, ...]


def preview(plan: Plan, sku: Sku, *, suppose: int | None, now: dt.datetime) -> Preview | None:
    """The preview of a plan whose first SKU is this; None while its ladder is not one."""
    prices = plan.skus[0].prices_fen
    falling = all(higher > lower for higher, lower in pairwise(prices))
    rising = all(lower < higher for lower, higher in pairwise(plan.thresholds))
    if len(plan.thresholds) < 2 or not falling or not rising:
        return None
    pieces = sum(offer.quantity for offer in plan.skus)
    count = suppose if suppose is not None else plan.thresholds[1]
    around = {plan.minimum - 1, plan.minimum, *plan.thresholds, pieces}
    return Preview(
        card=_card(plan, sku, count=count, now=now),
        minimum=plan.minimum,
        asked=_outcome(plan, sku, count),
        outcomes=tuple(_outcome(plan, sku, each) for each in sorted(around) if 0 < each <= max(pieces, 1)),
    )


def _outcome(plan: Plan, sku: Sku, count: int) -> Outcome:
    decision = _decide(plan, count)
    price = None if decision.tier is None else plan.skus[0].prices_fen[decision.tier]
    income = (price or 0) * count
    margin = None if price is None or sku.cost_fen is None else income - sku.cost_fen * count
    return Outcome(count, decision.status, decision.subsidised, price, income, margin)


def _decide(plan: Plan, count: int) -> Decision:
    return decide(_terms(plan), Counts(count, count), close_reason=CloseReason.DEADLINE, extended=False)


def _terms(plan: Plan) -> Terms:
    """The terms of a plan that no campaign has yet."""
    same = ("basis", "minimum", "max_participants", "limit_per_person", "early_bird_orders", "early_bird_until")
    more = ("opens_at", "closes_at", "payment_minutes", "leaving_allowed", "settle_when_full", "when_missed")
    rest = ("extend_hours", "delivers", "freight_fen", "free_freight_from_fen")
    return Terms(
        campaign_id=0,
        version=0,
        code="",
        merchant_id=0,
        thresholds=tuple(plan.thresholds),
        skus=(),
        points=(),
        **{name: getattr(plan, name) for name in (*same, *more, *rest)},
    )


def _card(plan: Plan, sku: Sku, *, count: int, now: dt.datetime) -> CampaignCard:
    pieces = sum(offer.quantity for offer in plan.skus)
    return CampaignCard(
        code="preview",
        title=plan.title,
        status=CampaignStatus.OPEN,
        merchant_name="",
        image="",
        ladder=_ladder(plan, sku, count),
        regular_price_fen=sku.price_fen,
        opens_at=plan.opens_at,
        closes_at=max(plan.closes_at, now),
        participants=count,
        pieces=count,
        total_pieces=pieces,
        places_left=max(pieces - count, 0),
        is_extended=False,
        is_subsidised=False,
    )


def _ladder(plan: Plan, sku: Sku, count: int) -> Ladder:
    prices, thresholds = plan.skus[0].prices_fen, plan.thresholds
    current = reached_tier(thresholds, count)
    following = 0 if current is None else current + 1
    has_next = following < len(thresholds)
    return Ladder(
        steps=tuple(_steps(thresholds, prices, current, following)),
        count=count,
        basis=plan.basis,
        unit=sku.product.unit,
        state="open" if has_next else "top",
        to_next=thresholds[following] - count if has_next else None,
        next_price_fen=prices[following] if has_next else None,
        current_price_fen=prices[current or 0],
    )


def _steps(thresholds: Sequence[int], prices: Sequence[int], current: int | None, following: int) -> list[Step]:
    states = dict.fromkeys(range(following), "reached") | {following: "next"}
    if current is not None:
        states[current] = "current"
    return [
        Step(threshold, price, states.get(index, "locked"))
        for index, (threshold, price) in enumerate(zip(thresholds, prices, strict=True))
    ]
