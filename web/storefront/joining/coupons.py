"""The coupons a buyer may choose from: what each takes off, and why the others do not."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from marketing.sources import COUPON, FREIGHT_COUPON, NONE
from orders.quotes import Offer, Quote
from web.storefront.joining.wish import CHOICE

WORDS: dict[str, str | Promise] = {COUPON: _("优惠券"), FREIGHT_COUPON: _("运费券")}


@dataclass(frozen=True)
class Pick:
    """One question to the buyer. `listed` can be chosen, or has been; `others` say why they cannot."""

    name: str
    word: str | Promise
    chosen: str
    listed: Sequence[Offer]
    others: Sequence[Offer]

    @property
    def saves_fen(self) -> int:
        """What the one that applies takes off."""
        return sum(offer.saves_fen for offer in self.listed if offer.applied)

    @property
    def is_none(self) -> bool:
        """Whether the buyer wants none."""
        return self.chosen == NONE


def picks(quote: Quote) -> list[Pick]:
    """A question for each kind of coupon that the buyer holds."""
    return [_pick(rule, offers, quote) for rule in WORDS if (offers := _of(rule, quote))]


def _of(rule: str, quote: Quote) -> list[Offer]:
    return [offer for offer in quote.offers if offer.rule == rule]


def _pick(rule: str, offers: Sequence[Offer], quote: Quote) -> Pick:
    chosen = quote.choices.get(rule, "")
    listed = [offer for offer in offers if not offer.reason or offer.key == chosen]
    others = [offer for offer in offers if offer not in listed]
    return Pick(CHOICE + rule, WORDS[rule], chosen, listed, others)
