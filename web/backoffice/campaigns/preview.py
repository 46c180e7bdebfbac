"""What a plan looks like to a buyer, and what it would bring, at this count or that."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from campaigns.plans import Plan
from campaigns.pricing import reached_tier
from campaigns.selectors.cards import CampaignCard, Ladder, Step
from campaigns.states import Basis, CampaignStatus
from catalog.models import Sku
from web.backoffice.campaigns.outcomes import Outcome, counts_that_matter, outcome, reach
from web.backoffice.campaigns.warnings import warnings_of

FEWEST = 2


@dataclass(frozen=True)
class Preview:
    """The buyer's ladder at a count, and the outcomes at the counts that matter.

    `left_out` is the number of the first step that is not right yet: it and those after it are not shown.
    """

    card: CampaignCard
    minimum: int
    asked: Outcome
    outcomes: tuple[Outcome, ...]
    warnings: tuple[str, ...]
    cost_fen: int | None
    left_out: int | None

    @property
    def cost_total_fen(self) -> int | None:
        """What the pieces sold cost the merchant."""
        return None if self.cost_fen is None else self.cost_fen * self.asked.count


def preview(plan: Plan, skus: Sequence[Sku], *, suppose: int | None, now: dt.datetime) -> Preview | None:
    """The preview of a plan with these SKUs, in its order; None until two steps of its ladder are right."""
    sound = _sound_steps(plan)
    if not skus or sound < FEWEST or not reach(plan):
        return None
    shown = _cut(plan, sound)
    count = suppose if suppose is not None else min(shown.thresholds[1], reach(shown))
    return Preview(
        card=_card(shown, skus[0], count=count, now=now),
        minimum=shown.minimum,
        asked=outcome(shown, skus[0], count),
        outcomes=tuple(outcome(shown, skus[0], each) for each in counts_that_matter(shown)),
        warnings=tuple(warnings_of(shown, skus)),
        cost_fen=skus[0].cost_fen,
        left_out=sound + 1 if sound < len(plan.thresholds) else None,
    )


def _sound_steps(plan: Plan) -> int:
    """How many steps from the first on rise in count and fall in price."""
    for tier in range(len(plan.thresholds)):
        rises = plan.thresholds[tier] > (plan.thresholds[tier - 1] if tier else 0)
        falls = all(0 < offer.prices_fen[tier] < _before(offer.prices_fen, tier) for offer in plan.skus)
        if not rises or not falls:
            return tier
    return len(plan.thresholds)


def _before(prices: Sequence[int], tier: int) -> float:
    return prices[tier - 1] if tier else float("inf")


def _cut(plan: Plan, tiers: int) -> Plan:
    skus = [replace(offer, prices_fen=offer.prices_fen[:tiers]) for offer in plan.skus]
    return replace(plan, thresholds=plan.thresholds[:tiers], skus=skus)


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
        closes_at=max(plan.closes_at, now + dt.timedelta(hours=1)),
        participants=count,
        pieces=count,
        total_pieces=pieces,
        places_left=max(reach(plan) - count, 0),
        is_extended=False,
        is_subsidised=False,
        left_basis=Basis.PIECES if plan.max_participants is None else Basis.PARTICIPANTS,
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
