"""The quote of a wish: every fen of it explained, or why there is none."""

from typing import Any

from django.utils import timezone

from accounts.models import User
from campaigns.selectors.views import CampaignView
from campaigns.services.joining import quote as ask
from common.errors import NotFound, Refusal
from orders.quotes import Quote
from web.price_lines import SaidLine, said
from web.storefront.joining.coupons import picks
from web.storefront.joining.table import Table
from web.storefront.promotions import nudges


def quoted(buyer: User, table: Table) -> dict[str, Any]:
    """The quote, its lines, and what would come back; or the refusal that stands in their place."""
    try:
        quote = ask(
            buyer=buyer,
            code=table.view.campaign.code,
            lines=table.wish.lines,
            fulfilment=table.wish.fulfilment,
            choices=table.wish.choices,
            now=timezone.now(),
        )
    except NotFound:
        raise
    except Refusal as no:
        return {"no_quote": no}
    return {
        "quote": quote,
        "lines": _lines(quote),
        "back_fen": _back_fen(table.view, quote),
        "picks": picks(quote),
        "nudges": nudges(quote),
        "points": next((offer for offer in quote.offers if offer.rule == "points"), None),
    }


def _lines(quote: Quote) -> list[SaidLine]:
    several = len(quote.items) > 1
    names = {
        position: quote.items[line.item].specification or quote.items[line.item].product_name
        for position, line in enumerate(quote.price_lines)
        if several and line.item is not None
    }
    return said(quote.price_lines, names, fetched=quote.fulfilment.pickup_point_id is not None)


def _back_fen(view: CampaignView, quote: Quote) -> int:
    """What would come back if the next step were the last one."""
    next_prices = {sku.code: sku.ladder.next_price_fen for sku in view.skus}
    return sum(
        max(0, item.unit_price_fen - (next_prices[item.sku_code] or item.unit_price_fen)) * item.quantity
        for item in quote.items
        if not item.is_gift
    )
