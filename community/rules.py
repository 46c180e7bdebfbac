"""The price rules of members: their own price, points they spend, and freight they are spared."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from common.money import share
from community.claims import POINTS
from community.selectors.member_facts import MemberFacts, member_facts
from community.states import BenefitKind
from orders.contributions import RuleAnswer, facts_readers, price_rules
from orders.quotes import Claim, Offer, QuotedLine
from orders.so_far import SoFar

FACTS = "member"


def _facts(so_far: SoFar) -> MemberFacts:
    return so_far.basket.facts.get(FACTS) or MemberFacts()


def member_price(so_far: SoFar) -> RuleAnswer:
    """B8: the member's unit price, where it is below what the rules before have come to."""
    facts = _facts(so_far)
    unit_prices = {
        index: price
        for index in so_far.open_items
        if (price := facts.prices.get(so_far.items[index].sku_id)) is not None and price < so_far.unit_prices[index]
    }
    lines = [
        QuotedLine(
            code="member_price",
            amount_fen=(unit_fen - so_far.unit_prices[index]) * so_far.items[index].quantity,
            item=index,
            detail={"unit_price_fen": unit_fen, "tier": facts.tier},
        )
        for index, unit_fen in unit_prices.items()
    ]
    return RuleAnswer(lines=lines, unit_prices=unit_prices)


def points(so_far: SoFar) -> RuleAnswer:
    """H6: as many points as the buyer has and the house lets them pay with, where they chose to; an offer anyhow."""
    have, worth_fen = _facts(so_far).points, settings.POINTS_VALUE_FEN
    if not have:
        return RuleAnswer()
    goods_fen = sum(so_far.left_fen(index) for index in so_far.open_items)
    spent = min(have, share(goods_fen, settings.POINTS_MOST_SHARE_BP) // worth_fen)
    is_chosen = bool(spent) and so_far.basket.choices.get("points") == "1"
    offer = _offer(have, spent, is_chosen)
    if not is_chosen:
        return RuleAnswer(offers=[offer])
    lines = so_far.taken_off(spent * worth_fen, code="points", funder="platform")
    claims = [Claim(POINTS, str(so_far.basket.buyer_id), spent)]
    return RuleAnswer(lines=[_in_points(line) for line in lines], claims=claims, offers=[offer])


def _offer(have: int, spent: int, is_chosen: bool) -> Offer:
    return Offer(
        rule="points",
        key=str(spent),
        title=_("用 %(points)s 积分（共 %(have)s）") % {"points": spent, "have": have},
        saves_fen=spent * settings.POINTS_VALUE_FEN,
        applied=is_chosen,
        reason="" if spent else _("这一单的金额太小，用不了积分"),
    )


def _in_points(line: QuotedLine) -> QuotedLine:
    return replace(line, detail={"points": -line.amount_fen // settings.POINTS_VALUE_FEN})


def member_freight(so_far: SoFar) -> RuleAnswer:
    """B8: a tier's freight for nothing, from so many fen of goods on."""
    facts = _facts(so_far)
    free_from = facts.benefits.get(BenefitKind.FREE_FREIGHT)
    if free_from is None or so_far.freight_fen <= 0 or so_far.goods_fen < free_from:
        return RuleAnswer()
    detail: dict[str, Any] = {"tier": facts.tier}
    return RuleAnswer(lines=[QuotedLine("member_freight", -so_far.freight_fen, item=None, detail=detail)])


facts_readers.register(FACTS, member_facts)
price_rules.register("member_price", member_price)
price_rules.register("points", points)
price_rules.register("member_freight", member_freight)
