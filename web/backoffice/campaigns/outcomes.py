"""What a plan would bring if so many joined, by the same arithmetic that settles the real thing.

Counted on the first SKU, one piece a person, who join and pay one after the other; without early birds and freight.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from campaigns.plans import Plan
from campaigns.pricing import Counts, Decision, Terms, decide
from campaigns.states import Basis, CloseReason
from catalog.models import Sku

OFTEN_ASKED = (10, 50, 100)


@dataclass(frozen=True)
class Outcome:
    """What happens when the campaign closes at a count.

    paid = income + difference: what buyers pay at first, what stays, what goes back because the price fell.
    `margin_fen` is None where the cost is not known; `is_reachable` is False beyond what is set aside.
    """

    count: int
    status: str
    is_subsidised: bool
    price_fen: int | None
    paid_fen: int
    income_fen: int
    margin_fen: int | None
    is_reachable: bool

    @property
    def difference_fen(self) -> int:
        return self.paid_fen - self.income_fen if self.price_fen is not None else 0


def outcome(plan: Plan, sku: Sku, count: int) -> Outcome:
    """The outcome of a sound plan at a count."""
    decision = _decide(plan, count)
    price = None if decision.tier is None else plan.skus[0].prices_fen[decision.tier]
    income = (price or 0) * count
    return Outcome(
        count=count,
        status=decision.status,
        is_subsidised=decision.subsidised,
        price_fen=price,
        paid_fen=_paid(plan, count),
        income_fen=income,
        margin_fen=None if price is None or sku.cost_fen is None else income - sku.cost_fen * count,
        is_reachable=count <= reach(plan),
    )


def counts_that_matter(plan: Plan) -> list[int]:
    """10, 50, 100, every step, the minimum and the last count that misses it, and everything sold."""
    around = {*OFTEN_ASKED, plan.minimum - 1, plan.minimum, *plan.thresholds, reach(plan)}
    return sorted(count for count in around if count > 0)


def reach(plan: Plan) -> int:
    """The highest count the plan allows, in units of its basis."""
    pieces = sum(offer.quantity for offer in plan.skus)
    people = plan.max_participants
    if people is None:
        return pieces
    if plan.basis == Basis.PARTICIPANTS:
        return min(pieces, people)
    return pieces if plan.limit_per_person is None else min(pieces, people * plan.limit_per_person)


def _paid(plan: Plan, count: int) -> int:
    """Everybody pays the price of the moment they join at: the steps between two thresholds cost the lower one's."""
    bounds: Sequence[int] = [0, *plan.thresholds[1:], max(count, plan.thresholds[-1])]
    widths = (max(min(upper, count) - lower, 0) for lower, upper in pairwise(bounds))
    return sum(price * width for price, width in zip(plan.skus[0].prices_fen, widths, strict=True))


def _decide(plan: Plan, count: int) -> Decision:
    return decide(_terms(plan), Counts(count, count), close_reason=CloseReason.DEADLINE, extended=False)


def _terms(plan: Plan) -> Terms:
    """The terms of a plan that no campaign has yet."""
    same = ("basis", "minimum", "max_participants", "limit_per_person", "early_bird_orders", "early_bird_until")
    more = ("opens_at", "closes_at", "payment_minutes", "leaving_allowed", "settle_when_full", "when_missed")
    rest = ("extend_hours", "delivers", "freight_fen", "free_freight_from_fen", "head_start_minutes")
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
