"""Coupons as price rules: pure arithmetic on the facts that were read for the quote.

An order takes one coupon on its goods and one on its freight. Without a choice the best applies by itself: the one
that makes the payable least; of equals the one that ends first, then the one held longest.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from marketing.pricing import Good, HeldCoupon, Saving, preferred, saving_on_freight, saving_on_goods
from marketing.sources import CLAIM, COUPON, FACTS, FREIGHT_COUPON, NONE, PROMOTION, CouponFacts
from marketing.states import CouponKind
from orders.contributions import RuleAnswer
from orders.pricing import outcome_fen
from orders.quotes import Claim, Offer, QuotedLine
from orders.so_far import SoFar


@dataclass(frozen=True)
class _Weighed:
    """A coupon, and what it does for this basket."""

    coupon: HeldCoupon
    saving: Saving
    lines: Sequence[QuotedLine]


Weigh = Callable[[HeldCoupon, CouponFacts, SoFar], _Weighed]


def coupon(so_far: SoFar) -> RuleAnswer:
    """One coupon on the goods, as they cost after every rule before."""
    return _answer(COUPON, so_far, _weigh_on_goods)


def freight_coupon(so_far: SoFar) -> RuleAnswer:
    """One coupon on what bringing the goods costs."""
    return _answer(FREIGHT_COUPON, so_far, _weigh_on_freight)


def _answer(rule: str, so_far: SoFar, weigh: Weigh) -> RuleAnswer:
    facts: CouponFacts | None = so_far.basket.facts.get(FACTS)
    if facts is None:
        return RuleAnswer()
    mine = [one for one in preferred(facts.coupons) if (one.kind == CouponKind.FREIGHT) == (rule == FREIGHT_COUPON)]
    weighed = [weigh(one, facts, so_far) for one in mine]
    taken = _taken(rule, weighed, so_far)
    return RuleAnswer(
        lines=taken.lines if taken else (),
        claims=(Claim(CLAIM, str(taken.coupon.coupon_id), 1),) if taken else (),
        offers=[_offer(rule, one, taken) for one in sorted(weighed, key=_for_the_eye)],
    )


def _taken(rule: str, weighed: Sequence[_Weighed], so_far: SoFar) -> _Weighed | None:
    """The one that was chosen, if it applies; without a choice the best."""
    usable = [one for one in weighed if not one.saving.reason]
    chosen = so_far.basket.choices.get(rule, "")
    if chosen:
        return next((one for one in usable if chosen != NONE and one.coupon.code == chosen), None)
    return _best(rule, usable, so_far)


def _best(rule: str, usable: Sequence[_Weighed], so_far: SoFar) -> _Weighed | None:
    """Every one is tried to the end, those of one template once; one that makes nothing cheaper is kept for later."""
    best, least_fen = None, outcome_fen(rule, RuleAnswer(), so_far) if usable else 0
    tried: set[int] = set()
    for one in usable:
        if one.coupon.template_id in tried:
            continue
        tried.add(one.coupon.template_id)
        fen = outcome_fen(rule, RuleAnswer(lines=one.lines), so_far)
        if fen < least_fen:
            best, least_fen = one, fen
    return best


def _for_the_eye(one: _Weighed) -> tuple[bool, int]:
    """Those that apply first, the largest first."""
    return one.saving.reason != "", -one.saving.fen


def _offer(rule: str, one: _Weighed, taken: _Weighed | None) -> Offer:
    return Offer(
        rule=rule,
        key=one.coupon.code,
        title=one.coupon.name,
        saves_fen=one.saving.fen,
        applied=one is taken,
        reason=one.saving.reason,
    )


def _weigh_on_goods(coupon: HeldCoupon, facts: CouponFacts, so_far: SoFar) -> _Weighed:
    saving = saving_on_goods(coupon, _goods(facts, so_far), facts.situation)
    lines = so_far.taken_off(saving.fen, code=COUPON, funder=coupon.funder, detail=_detail(coupon), among=saving.among)
    return _Weighed(coupon, saving, lines)


def _weigh_on_freight(coupon: HeldCoupon, facts: CouponFacts, so_far: SoFar) -> _Weighed:
    saving = saving_on_freight(coupon, _goods(facts, so_far), so_far.freight_fen, facts.situation)
    line = QuotedLine(FREIGHT_COUPON, -saving.fen, None, funder=coupon.funder, detail=_detail(coupon))
    return _Weighed(coupon, saving, [line] if saving.fen else [])


def _goods(facts: CouponFacts, so_far: SoFar) -> list[Good]:
    """Whatever was ordered; what is given for nothing counts for no coupon."""
    promoted = {line.item for line in so_far.lines if line.code == PROMOTION}
    return [
        Good(
            index=index,
            left_fen=so_far.left_fen(index),
            is_promoted=index in promoted,
            is_closed=index in so_far.closed,
            labels=facts.labels.get(item.sku_id, frozenset()),
        )
        for index, item in enumerate(so_far.items)
        if not item.is_gift
    ]


def _detail(coupon: HeldCoupon) -> dict[str, str]:
    return {"coupon": coupon.code, "name": coupon.name}
