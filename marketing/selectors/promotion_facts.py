"""What the promotion rule must know of a basket: at hand, but for what runs out or is about goods named one by one."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, Value
from django.db.models.lookups import Exact

from campaigns.sources import SOURCE
from catalog.models import Sku
from common.definitions import at_hand
from common.prepared import Rows
from marketing.models import Promotion, PromotionStep
from marketing.promoting import PromotionTerms
from marketing.selectors.promotion_steps import Row, as_rows, terms_of
from marketing.selectors.promotions import FOR_CAMPAIGN, holding
from marketing.states import PromotionKind, PromotionScope, PromotionStatus
from orders.facts import MERCHANT, NOW, SKUS, SOURCE_CODE, SOURCE_KIND, Columns, FactsReader, Found
from orders.quotes import Basket


@dataclass(frozen=True)
class _Live:
    """A promotion with its time and the campaigns that it names; `is_asked_for` where a quote cannot go by it."""

    terms: PromotionTerms
    starts_at: dt.datetime
    ends_at: dt.datetime
    campaigns: frozenset[str] | None
    is_asked_for: bool

    def holds(self, basket: Basket, now: dt.datetime) -> bool:
        """Whether it is on for a basket; which of its goods count is the rule's to say."""
        named = self.campaigns is None or (basket.source_kind == SOURCE and basket.source_code in self.campaigns)
        return named and self.starts_at <= now < self.ends_at


def columns() -> Columns:
    """What holds for a basket; of goods that are named one by one only those in it."""
    named = FOR_CAMPAIGN.filter(campaign__code=SOURCE_CODE)
    in_scope = Q(promotion__scope__in=(PromotionScope.SHOP, PromotionScope.PRODUCTS)) | Q(
        Exact(SOURCE_KIND, Value(SOURCE)), Exists(named), promotion__scope=PromotionScope.CAMPAIGNS
    )
    steps = holding(NOW).filter(in_scope, promotion__merchant=MERCHANT)
    named_skus = Sku.objects.filter(product__promotions=OuterRef("promotion"), pk__any=SKUS)
    return {"steps": Rows(as_rows(steps, named_skus=ArraySubquery(named_skus.values("pk"))))}


def asks(_seen: Found, basket: Basket, now: dt.datetime) -> bool:
    """How many gifts are left, and which goods of a basket are meant, is never at hand."""
    return any(one.is_asked_for and one.holds(basket, now) for one in _live(basket.merchant_id))


def read(found: Found, basket: Basket, now: dt.datetime) -> Sequence[PromotionTerms]:
    """What holds, without what is about other goods."""
    if "steps" in found:
        return [terms for terms in terms_of(found["steps"]) if terms.sku_ids != frozenset()]
    return [one.terms for one in _live(basket.merchant_id) if one.holds(basket, now)]


promotion_facts = FactsReader(read=read, columns=columns, asks=asks)


@at_hand
def _live(merchant_id: int) -> Sequence[_Live]:
    """Those that a merchant has launched and that nobody has ended."""
    steps = PromotionStep.objects.filter(promotion__merchant=merchant_id, promotion__status=PromotionStatus.LIVE)
    codes = Promotion.campaigns.through.objects.filter(promotion=OuterRef("promotion")).values("campaign__code")
    rows = as_rows(
        steps,
        starts_at=F("promotion__starts_at"),
        ends_at=F("promotion__ends_at"),
        campaign_codes=ArraySubquery(codes),
    )
    return [_of(list(steps)) for _id, steps in groupby(rows, key=lambda row: row["promotion_id"])]


def _of(steps: list[Row]) -> _Live:
    first = steps[0]
    return _Live(
        terms=terms_of(steps)[0],
        starts_at=first["starts_at"],
        ends_at=first["ends_at"],
        campaigns=frozenset(first["campaign_codes"]) if first["scope"] == PromotionScope.CAMPAIGNS else None,
        is_asked_for=first["kind"] == PromotionKind.GIFT or first["scope"] == PromotionScope.PRODUCTS,
    )
