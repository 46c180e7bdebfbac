"""The campaign's own price: a step of the ladder, or the early bird's."""

from collections.abc import Sequence

from campaigns.pricing import Terms, early_bird_open, tier_price
from campaigns.sources import EARLY_BIRD, SOURCE, CampaignFacts
from orders.contributions import RuleAnswer, price_rules
from orders.quotes import Basket, Claim, Item, QuotedLine
from orders.so_far import SoFar


def campaign_price(so_far: SoFar) -> RuleAnswer:
    """Every item at the price of the paid count, or at the early-bird price where that is lower (rules 2 and 5)."""
    basket = so_far.basket
    if basket.source_kind != SOURCE:
        return RuleAnswer()
    facts: CampaignFacts = basket.facts["campaign"]
    ladder = [_ladder_price(facts, item) for item in basket.items]
    units = [min(pair) for pair in zip(_early_prices(facts, basket) or ladder, ladder, strict=True)]
    is_early = units != ladder
    return RuleAnswer(
        lines=[
            _line(index, item, unit, facts, is_early)
            for index, (item, unit) in enumerate(zip(basket.items, units, strict=True))
            if unit != item.list_price_fen
        ],
        unit_prices=dict(enumerate(units)),
        claims=_slot(facts.terms) if is_early else (),
    )


def _ladder_price(facts: CampaignFacts, item: Item) -> int:
    return tier_price(facts.sku_terms(item.sku_id).prices_fen, facts.terms.thresholds, facts.count)


def _early_prices(facts: CampaignFacts, basket: Basket) -> list[int] | None:
    if not early_bird_open(facts.terms, early_birds=facts.early_birds, now=facts.now):
        return None
    prices = [facts.sku_terms(item.sku_id).early_bird_price_fen for item in basket.items]
    return [price for price in prices if price is not None] if all(prices) else None


def _line(index: int, item: Item, unit_fen: int, facts: CampaignFacts, is_early: bool) -> QuotedLine:
    return QuotedLine(
        code="early_bird" if is_early else "campaign_price",
        amount_fen=(unit_fen - item.list_price_fen) * item.quantity,
        item=index,
        detail={"unit_price_fen": unit_fen, "quantity": item.quantity, "count": facts.count},
    )


def _slot(terms: Terms) -> Sequence[Claim]:
    """Early birds by number take a slot; early birds by time need none."""
    if terms.early_bird_orders is None:
        return ()
    return (Claim(kind=EARLY_BIRD, key=str(terms.campaign_id), quantity=1),)


price_rules.register("campaign_price", campaign_price)
