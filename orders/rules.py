"""The price rule that orders brings itself."""

from orders.contributions import RuleAnswer, price_rules
from orders.pricing import FREIGHT
from orders.quotes import QuotedLine
from orders.so_far import SoFar


def freight(so_far: SoFar) -> RuleAnswer:
    """Freight of a delivery, judged once on the goods as they are priced so far; picking up is free.

    The source states `freight_fen` and, if it likes, `free_freight_from_fen` in the basket's facts.
    """
    facts = so_far.basket.facts
    freight_fen = facts.get("freight_fen", 0)
    if so_far.basket.fulfilment.address_id is None or not freight_fen:
        return RuleAnswer()
    free_from = facts.get("free_freight_from_fen")
    if free_from is not None and so_far.goods_fen >= free_from:
        return RuleAnswer()
    detail = {} if free_from is None else {"free_from_fen": free_from}
    return RuleAnswer(lines=[QuotedLine(code=FREIGHT, amount_fen=freight_fen, item=None, detail=detail)])


price_rules.register("freight", freight)
