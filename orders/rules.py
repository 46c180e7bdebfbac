"""The price rule that orders brings itself."""

from collections.abc import Sequence

from orders.contributions import RuleAnswer, price_rules
from orders.pricing import FREIGHT
from orders.quotes import Basket, QuotedLine


def freight(basket: Basket, lines: Sequence[QuotedLine]) -> RuleAnswer:
    """Freight of a delivery, judged once on the goods as they are priced so far; picking up is free.

    The source states `freight_fen` and, if it likes, `free_freight_from_fen` in the basket's facts.
    """
    freight_fen = basket.facts.get("freight_fen", 0)
    if basket.fulfilment.address_id is None or not freight_fen:
        return RuleAnswer()
    free_from = basket.facts.get("free_freight_from_fen")
    goods_fen = sum(line.amount_fen for line in lines)
    if free_from is not None and goods_fen >= free_from:
        return RuleAnswer()
    detail = {} if free_from is None else {"free_from_fen": free_from}
    return RuleAnswer(lines=[QuotedLine(code=FREIGHT, amount_fen=freight_fen, item=None, detail=detail)])


price_rules.register("freight", freight)
