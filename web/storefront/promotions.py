"""What pages of the shop say about promotions."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from campaigns.selectors.cards import CampaignCard
from campaigns.states import CampaignStatus
from marketing.promoting import CLAIM, promotion_in_words, step_in_words
from marketing.selectors.promotions import promotions_of_campaign, promotions_of_campaigns
from marketing.states import PromotionKind
from orders.quotes import Offer, Quote

JOINABLE = (CampaignStatus.OPEN, CampaignStatus.SCHEDULED)
MOST_WORDS = 2


@dataclass(frozen=True)
class SaidPromotion:
    """A promotion of a campaign's page: what kind it is, and its steps in one line."""

    kind: str
    words: str


def said_on_cards(cards: Iterable[CampaignCard | None], now: dt.datetime) -> dict[str, list[str]]:
    """The first step of each promotion, by campaign, for those that can be joined; one query for all of them."""
    codes = {card.code for card in cards if card is not None and card.status in JOINABLE}
    if not codes:
        return {}
    found = promotions_of_campaigns(sorted(codes), now)
    return {
        code: [step_in_words(step) for terms in those for step in terms.steps if not step.is_gone][:MOST_WORDS]
        for code, those in found.items()
    }


def said_on_page(code: str, status: str, now: dt.datetime) -> list[SaidPromotion]:
    """Everything that holds for a campaign that can be joined."""
    if status not in JOINABLE:
        return []
    return [
        SaidPromotion(str(PromotionKind(terms.kind).label), promotion_in_words(terms))
        for terms in promotions_of_campaign(code, now)
    ]


def nudges(quote: Quote) -> list[Offer]:
    """What a quote says of promotions that do not apply yet, or not any more."""
    return [offer for offer in quote.offers if offer.rule == CLAIM and not offer.applied]
