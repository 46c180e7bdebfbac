"""Which promotions hold, for whom: read once for each quote, and once for each page of campaigns."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from accounts.models import Merchant
from campaigns.models import CampaignSku
from campaigns.sources import SOURCE
from catalog.models import Sku
from marketing.errors import NoSuchPromotion
from marketing.models import Promotion, PromotionGift, PromotionStep
from marketing.promoting import GiftTerms, PromotionTerms, StepTerms
from marketing.states import PromotionScope, PromotionStatus
from orders.quotes import Basket

STEP_PARTS = ("coupon", "gift__allotment", "gift__sku__product")
FOR_CAMPAIGN = Promotion.campaigns.through.objects.filter(promotion=OuterRef("promotion"))


def of_merchant(merchant: Merchant) -> QuerySet[Promotion]:
    """A merchant's promotions, the newest first."""
    return Promotion.objects.of(merchant).order_by("-pk")


def promotion_of(merchant: Merchant, code: str) -> Promotion:
    """A merchant's promotion of this code. Raises NoSuchPromotion."""
    promotion = Promotion.objects.of(merchant).filter(code=code).first()
    if promotion is None:
        raise NoSuchPromotion
    return promotion


def promotions_for(basket: Basket, now: dt.datetime) -> tuple[PromotionTerms, ...]:
    """What holds for a basket, in one query; of goods that are named one by one only those in it."""
    wanted = [item.sku_id for item in basket.items]
    in_scope = Q(promotion__scope=PromotionScope.SHOP) | Q(promotion__scope=PromotionScope.PRODUCTS)
    if basket.source_kind == SOURCE:
        named = FOR_CAMPAIGN.filter(campaign__code=basket.source_code)
        in_scope |= Q(Exists(named), promotion__scope=PromotionScope.CAMPAIGNS)
    named_skus = Sku.objects.filter(product__promotions=OuterRef("promotion"), pk__in=wanted)
    steps = _standing(now).filter(in_scope, promotion__merchant=basket.merchant_id)
    found = _terms(steps.annotate(named_skus=ArraySubquery(named_skus.values("pk"))))
    return tuple(terms for terms in found if terms.sku_ids != frozenset())


def promotions_of_campaigns(codes: Iterable[str], now: dt.datetime) -> dict[str, list[PromotionTerms]]:
    """What holds for each of these campaigns, by its code; in one query however many there are."""
    campaign = "promotion__merchant__campaigns"
    # The campaign is named once, as a column: every look at it is then a look at the same row.
    with_campaigns = _standing(now).annotate(for_campaign=F(campaign), campaign_code=F(f"{campaign}__code"))
    named = FOR_CAMPAIGN.filter(campaign=OuterRef("for_campaign"))
    sold = CampaignSku.objects.filter(campaign=OuterRef("for_campaign"), sku__product__promotions=OuterRef("promotion"))
    of_these = with_campaigns.filter(
        Q(promotion__scope=PromotionScope.SHOP)
        | Q(Exists(named), promotion__scope=PromotionScope.CAMPAIGNS)
        | Q(Exists(sold), promotion__scope=PromotionScope.PRODUCTS),
        campaign_code__in=list(codes),
    )
    steps: dict[str, list[PromotionStep]] = defaultdict(list)
    for step in of_these.annotate(named_skus=ArraySubquery(sold.values("sku_id"))):
        steps[step.campaign_code].append(step)
    return {code: _terms(those) for code, those in steps.items()}


def promotions_of_campaign(code: str, now: dt.datetime) -> list[PromotionTerms]:
    """What holds for one campaign."""
    return promotions_of_campaigns([code], now).get(code, [])


def terms_by_promotion(promotions: Sequence[Promotion]) -> dict[int, PromotionTerms]:
    """These promotions as the rule would read them, by their ids, whether they hold or not; in one query."""
    steps: dict[int, list[PromotionStep]] = {promotion.pk: [] for promotion in promotions}
    found = PromotionStep.objects.filter(promotion__in=steps).select_related(*STEP_PARTS)
    for step in found.order_by("threshold_fen"):
        steps[step.promotion_id].append(step)
    return {promotion.pk: terms_of(promotion, steps[promotion.pk]) for promotion in promotions}


def _standing(now: dt.datetime) -> QuerySet[PromotionStep]:
    """The steps of promotions that hold at this instant, promotion by promotion, rising."""
    standing = PromotionStep.objects.filter(
        promotion__status=PromotionStatus.LIVE, promotion__starts_at__lte=now, promotion__ends_at__gt=now
    )
    return standing.select_related("promotion", *STEP_PARTS).order_by("promotion", "threshold_fen")


def _terms(steps: Iterable[Any]) -> list[PromotionTerms]:
    by_promotion: dict[Promotion, list[Any]] = {}
    for step in steps:
        by_promotion.setdefault(step.promotion, []).append(step)
    return [terms_of(promotion, those, those[0].named_skus) for promotion, those in by_promotion.items()]


def terms_of(promotion: Promotion, steps: Sequence[PromotionStep], named_skus: Iterable[int] = ()) -> PromotionTerms:
    """A promotion as the rule and the pages read it."""
    return PromotionTerms(
        code=promotion.code,
        kind=promotion.kind,
        title=promotion.title,
        steps=tuple(_step_terms(step) for step in steps),
        sku_ids=frozenset(named_skus) if promotion.scope == PromotionScope.PRODUCTS else None,
    )


def _step_terms(step: PromotionStep) -> StepTerms:
    return StepTerms(
        step_id=step.pk,
        threshold_fen=step.threshold_fen,
        off_fen=step.off_fen,
        gift=_gift_terms(step.gift, step.gift_pieces) if step.gift else None,
        coupon=step.coupon.name if step.coupon else "",
        points=step.points,
    )


def _gift_terms(gift: PromotionGift, pieces: int) -> GiftTerms:
    """Of a draft nothing is set aside yet: all of it is left."""
    allotment = gift.allotment
    return GiftTerms(
        allotment_id=allotment.pk if allotment else 0,
        pieces=pieces,
        left=(allotment.free if allotment.is_open else 0) if allotment else gift.pieces,
        sku_id=gift.sku_id,
        sku_code=gift.sku.code,
        product_name=gift.sku.product.name,
        specification=gift.sku.specification,
        list_price_fen=gift.sku.price_fen,
    )
