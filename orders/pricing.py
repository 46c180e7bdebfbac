"""From a basket to a quote. Pure: no query, no clock, the same answer for the same question (docs/pricing.md)."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.conf import settings

from common.assessments import Verdict
from orders.contributions import Gift, RuleAnswer, placing_checks, price_rules
from orders.errors import PlacingDenied
from orders.quotes import Basket, Claim, Flag, Item, Offer, Quote, QuotedLine
from orders.so_far import SoFar

LIST_PRICE = "list_price"
GIFT = "gift"
FREIGHT = "freight"


@dataclass
class _Price:
    """The price while rule after rule is asked."""

    basket: Basket
    items: list[Item]
    lines: list[QuotedLine]
    unit_prices: dict[int, int]
    claims: list[Claim]
    offers: list[Offer] = field(default_factory=list)


def quote(basket: Basket, *, now: dt.datetime) -> Quote:
    """Ask every check and every price rule, in the order settings.PRICE_RULES names them.

    The lines of an item add up to what is paid for it, all lines to what is payable, and nothing falls below zero.
    Raises PlacingDenied.
    """
    flags = _check(basket)
    price = _Price(
        basket,
        items=list(basket.items),
        lines=[_list_price(index, item) for index, item in enumerate(basket.items)],
        unit_prices={index: item.list_price_fen for index, item in enumerate(basket.items)},
        claims=list(basket.claims),
    )
    for name in settings.PRICE_RULES:
        seen = _seen_by(name, price)
        _take(name, price_rules[name](seen), seen, price)
    return _quote(price, flags, now=now)


def outcome_fen(rule: str, answer: RuleAnswer, so_far: SoFar) -> int:
    """What everything would cost in the end if this rule answered so: the rules after it are asked in their turn.

    For a rule that tries its answers before it gives the best of them.
    """
    price = _Price(so_far.basket, list(so_far.items), list(so_far.lines), dict(so_far.unit_prices), claims=[])
    _take(rule, answer, so_far, price)
    for name in settings.PRICE_RULES[settings.PRICE_RULES.index(rule) + 1 :]:
        seen = _seen_by(name, price)
        _take(name, price_rules[name](seen), seen, price)
    return sum(line.amount_fen for line in price.lines)


def _check(basket: Basket) -> list[Flag]:
    """What a person should look at. Raises PlacingDenied."""
    flags = []
    for name, check in placing_checks.items():
        assessment = check(basket)
        if assessment.verdict == Verdict.DENY:
            raise PlacingDenied(reason=str(assessment.reason))
        if assessment.verdict == Verdict.FLAG:
            flags.append(Flag(name, str(assessment.reason), dict(assessment.evidence)))
    return flags


def _seen_by(name: str, price: _Price) -> SoFar:
    """What one rule is shown: items that carry a line which excludes it are closed."""
    codes: set[str] = settings.PRICE_EXCLUSIONS.get(name, set())
    closed = frozenset(line.item for line in price.lines if line.code in codes and line.item is not None)
    return SoFar(price.basket, tuple(price.items), tuple(price.lines), dict(price.unit_prices), closed)


def _take(name: str, answer: RuleAnswer, seen: SoFar, price: _Price) -> None:
    """Write down what a rule said. A rule that breaks the law of the engine is a bug, and says so."""
    price.claims.extend(answer.claims)
    price.offers.extend(answer.offers)
    if not (answer.lines or answer.unit_prices or answer.gifts):
        return
    allowed = {None, *seen.open_items}
    if {line.item for line in answer.lines} - allowed or set(answer.unit_prices) - allowed:
        raise ValueError(f"price rule {name} touched an item that is closed to it")
    price.lines.extend(answer.lines)
    price.unit_prices.update(answer.unit_prices)
    for gift in answer.gifts:
        _add_gift(gift, price)
    for item, left_fen in _totals(price.lines).items():
        if left_fen < 0:
            raise ValueError(f"price rule {name} took more than there was from item {item}")


def _add_gift(gift: Gift, price: _Price) -> None:
    """Its pieces at their list price, and all of it taken off again: so the buyer sees what it is worth."""
    index, worth_fen = len(price.items), gift.item.list_price_fen * gift.item.quantity
    price.items.append(replace(gift.item, is_gift=True))
    price.unit_prices[index] = 0
    price.lines.append(_list_price(index, gift.item))
    price.lines.append(QuotedLine(code=GIFT, amount_fen=-worth_fen, item=index, detail=dict(gift.detail)))
    price.claims.extend(gift.claims)


def _list_price(index: int, item: Item) -> QuotedLine:
    return QuotedLine(
        code=LIST_PRICE,
        amount_fen=item.list_price_fen * item.quantity,
        item=index,
        detail={"unit_price_fen": item.list_price_fen, "quantity": item.quantity},
    )


def _totals(lines: Sequence[QuotedLine]) -> Mapping[int | None, int]:
    """What each item costs by these lines, and under None what the order as a whole does."""
    totals: defaultdict[int | None, int] = defaultdict(int)
    for line in lines:
        totals[line.item] += line.amount_fen
    return totals


def _quote(price: _Price, flags: Sequence[Flag], *, now: dt.datetime) -> Quote:
    basket, paid_fen = price.basket, _totals(price.lines)
    items = tuple(
        replace(item, unit_price_fen=price.unit_prices[index], paid_fen=paid_fen[index])
        for index, item in enumerate(price.items)
    )
    return Quote(
        buyer_id=basket.buyer_id,
        merchant_id=basket.merchant_id,
        source_kind=basket.source_kind,
        source_code=basket.source_code,
        items=items,
        fulfilment=basket.fulfilment,
        pay_minutes=basket.pay_minutes,
        pay_until=basket.pay_until,
        hold=basket.hold,
        claims=tuple(price.claims),
        price_lines=tuple(price.lines),
        goods_fen=sum(item.paid_fen for item in items),
        freight_fen=paid_fen[None],
        quoted_at=now,
        choices=dict(basket.choices),
        flags=tuple(flags),
        offers=tuple(price.offers),
    )
