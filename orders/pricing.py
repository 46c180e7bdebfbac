"""From a basket to a quote. Pure: no query, no clock, the same answer for the same question."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from django.conf import settings

from orders.contributions import placing_checks, price_rules
from orders.errors import PlacingDenied
from orders.quotes import Basket, Claim, Item, Quote, QuotedLine

LIST_PRICE = "list_price"
FREIGHT = "freight"


def quote(basket: Basket, *, now: dt.datetime) -> Quote:
    """Ask every check and every price rule, in the order settings.PRICE_RULES names them.

    The lines of an item add up to what is paid for it, all lines to what is payable, and nothing falls below zero.
    Raises PlacingDenied.
    """
    _check(basket)
    lines = [_list_price(index, item) for index, item in enumerate(basket.items)]
    unit_prices = {index: item.list_price_fen for index, item in enumerate(basket.items)}
    claims = list(basket.claims)
    for name in settings.PRICE_RULES:
        answer = price_rules[name](basket, tuple(lines))
        lines.extend(answer.lines)
        unit_prices.update(answer.unit_prices)
        claims.extend(answer.claims)
    items = tuple(
        replace(item, unit_price_fen=unit_prices[index], paid_fen=_total(lines, item=index))
        for index, item in enumerate(basket.items)
    )
    return _quote(basket, items=items, lines=lines, claims=claims, now=now)


def _check(basket: Basket) -> None:
    for check in placing_checks:
        if reason := check(basket):
            raise PlacingDenied(reason=reason)


def _list_price(index: int, item: Item) -> QuotedLine:
    return QuotedLine(
        code=LIST_PRICE,
        amount_fen=item.list_price_fen * item.quantity,
        item=index,
        detail={"unit_price_fen": item.list_price_fen, "quantity": item.quantity},
    )


def _total(lines: Sequence[QuotedLine], *, item: int | None) -> int:
    total = sum(line.amount_fen for line in lines if line.item == item)
    if total < 0:
        raise ValueError(f"price rules took more than there was from item {item}")
    return total


def _quote(
    basket: Basket, *, items: tuple[Item, ...], lines: Sequence[QuotedLine], claims: Sequence[Claim], now: dt.datetime
) -> Quote:
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
        claims=tuple(claims),
        price_lines=tuple(lines),
        goods_fen=sum(item.paid_fen for item in items),
        freight_fen=_total(lines, item=None),
        quoted_at=now,
    )
