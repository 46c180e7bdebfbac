"""满减, 满赠, 满送 as a price rule: pure arithmetic on the facts that were read for the quote.

Every promotion looks at what its goods cost before any of them; of each kind an order gets one, the best.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import gettext as _

from marketing.promoting import (
    CLAIM,
    FACTS,
    OFF_LINE,
    REWARD_LINE,
    GiftTerms,
    PromotionTerms,
    StepTerms,
    gap_in_words,
    gone,
    next_step,
    reached,
    step_in_words,
)
from marketing.states import PromotionKind
from orders.claims import ALLOTMENT
from orders.contributions import Gift, RuleAnswer
from orders.quotes import Claim, Item, Offer, QuotedLine
from orders.so_far import SoFar

# Only a quote that is shown needs words, and most are made to be placed.
_step_in_words, _gap_in_words = lazy(step_in_words, str), lazy(gap_in_words, str)


@dataclass(frozen=True)
class _Standing:
    """A promotion with the items it looks at, what they cost, and the step they reach."""

    terms: PromotionTerms
    items: tuple[int, ...]
    amount_fen: int
    step: StepTerms | None


def promotion(so_far: SoFar) -> RuleAnswer:
    """The best promotion of each kind; of all others, why not."""
    facts: Sequence[PromotionTerms] = so_far.basket.facts.get(FACTS, ())
    standing = [_stand(terms, so_far) for terms in facts]
    chosen = [best for kind in PromotionKind if (best := _best(kind, standing))]
    return RuleAnswer(
        lines=[line for one in chosen for line in _lines(one, so_far)],
        gifts=[_gift(one, one.step.gift) for one in chosen if one.step and one.step.gift],
        claims=[Claim(CLAIM, str(one.step.step_id), 1) for one in chosen if one.step],
        offers=[offer for one in standing for offer in _offers(one, chosen)],
    )


def _stand(terms: PromotionTerms, so_far: SoFar) -> _Standing:
    items = tuple(index for index in so_far.open_items if terms.covers(so_far.items[index].sku_id))
    amount_fen = sum(so_far.left_fen(index) for index in items)
    return _Standing(terms, items, amount_fen, reached(terms.steps, amount_fen))


def _best(kind: PromotionKind, standing: Sequence[_Standing]) -> _Standing | None:
    """Which takes off most, or gives for most; of equals the older."""
    there = [(one, one.step) for one in standing if one.terms.kind == kind and one.step]
    if not there:
        return None
    return max(there, key=lambda pair: (pair[1].off_fen, pair[1].threshold_fen))[0]


def _lines(one: _Standing, so_far: SoFar) -> Sequence[QuotedLine]:
    """What is taken off, spread over the goods; or, at no price, what will be sent."""
    assert one.step is not None
    if one.step.off_fen:
        return so_far.taken_off(one.step.off_fen, code=OFF_LINE, detail=_detail(one), among=one.items)
    if one.step.gift:
        return ()
    sent = {"coupon": one.step.coupon, "points": one.step.points}
    return [QuotedLine(code=REWARD_LINE, amount_fen=0, item=None, detail=_detail(one) | sent)]


def _detail(one: _Standing) -> dict[str, Any]:
    assert one.step is not None
    return {
        "promotion": one.terms.code,
        "title": one.terms.title,
        "threshold_fen": one.step.threshold_fen,
        "off_fen": one.step.off_fen,
    }


def _gift(one: _Standing, gift: GiftTerms) -> Gift:
    item = Item(
        sku_id=gift.sku_id,
        sku_code=gift.sku_code,
        product_name=gift.product_name,
        specification=gift.specification,
        quantity=gift.pieces,
        list_price_fen=gift.list_price_fen,
    )
    detail: Mapping[str, Any] = _detail(one)
    return Gift(item, claims=(Claim(ALLOTMENT, str(gift.allotment_id), gift.pieces, is_gift=True),), detail=detail)


def _offers(one: _Standing, chosen: Sequence[_Standing]) -> list[Offer]:
    """The step that holds or why it does not, and how far the next one is."""
    offers = []
    if one.step:
        applied = one in chosen
        saves_fen = min(one.step.off_fen, one.amount_fen)
        reason = "" if applied else _("同一种促销每单用一个，已经用了更优惠的")
        offers.append(_offer(one.terms, one.step, saves_fen=saves_fen, applied=applied, reason=reason))
    elif gone(one.terms.steps, one.amount_fen):
        offers.append(_offer(one.terms, one.terms.steps[0], reason=_("赠品已经送完")))
    if one.items and (coming := next_step(one.terms.steps, one.amount_fen)):
        offers.append(_offer(one.terms, coming, reason=_gap_in_words(coming, one.amount_fen)))
    return offers


def _offer(
    terms: PromotionTerms, step: StepTerms, *, saves_fen: int = 0, applied: bool = False, reason: str = ""
) -> Offer:
    return Offer(
        rule=CLAIM,
        key=f"{terms.code}:{step.threshold_fen}",
        title=_step_in_words(step),
        saves_fen=saves_fen,
        applied=applied,
        reason=reason,
    )
