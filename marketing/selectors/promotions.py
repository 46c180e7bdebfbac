"""A merchant's promotions, and which of them hold for a page of campaigns."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, When
from django.db.models.expressions import Combinable

from accounts.models import Merchant
from campaigns.models import CampaignSku
from marketing.errors import NoSuchPromotion
from marketing.models import Promotion, PromotionStep
from marketing.promoting import PromotionTerms
from marketing.selectors.promotion_steps import Row, as_rows, stepless, terms_of
from marketing.states import PromotionScope, PromotionStatus

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


def promotions_of_campaigns(codes: Iterable[str], now: dt.datetime) -> dict[str, list[PromotionTerms]]:
    """What holds for each of these campaigns, by its code; in one query however many there are."""
    campaign = "promotion__merchant__campaigns"
    # The campaign is named once, as a column: every look at it is then a look at the same row.
    with_campaigns = holding(now).annotate(for_campaign=F(campaign), campaign_code=F(f"{campaign}__code"))
    named = FOR_CAMPAIGN.filter(campaign=OuterRef("for_campaign"))
    sold = CampaignSku.objects.filter(campaign=OuterRef("for_campaign"), sku__product__promotions=OuterRef("promotion"))
    of_these = with_campaigns.filter(
        Q(promotion__scope=PromotionScope.SHOP)
        | Q(Exists(named), promotion__scope=PromotionScope.CAMPAIGNS)
        | Q(Exists(sold), promotion__scope=PromotionScope.PRODUCTS),
        campaign_code__in=list(codes),
    )
    rows: dict[str, list[Row]] = defaultdict(list)
    # Only a promotion of products is about some of the goods of a campaign; all others are spared the look.
    named_skus = Case(When(promotion__scope=PromotionScope.PRODUCTS, then=ArraySubquery(sold.values("sku_id"))))
    for row in as_rows(of_these, campaign_code=F("campaign_code"), named_skus=named_skus):
        rows[row["campaign_code"]].append(row)
    return {code: terms_of(those) for code, those in rows.items()}


def promotions_of_campaign(code: str, now: dt.datetime) -> list[PromotionTerms]:
    """What holds for one campaign."""
    return promotions_of_campaigns([code], now).get(code, [])


def terms_by_promotion(promotions: Sequence[Promotion]) -> dict[int, PromotionTerms]:
    """These promotions as the rule would read them, by their ids, whether they hold or not; in one query."""
    found = terms_of(as_rows(PromotionStep.objects.filter(promotion__in=promotions)))
    by_code = {terms.code: terms for terms in found}
    return {promotion.pk: by_code.get(promotion.code) or stepless(promotion) for promotion in promotions}


def holding(now: dt.datetime | Combinable) -> QuerySet[PromotionStep]:
    """The steps of promotions that hold at this instant."""
    return PromotionStep.objects.filter(
        promotion__status=PromotionStatus.LIVE, promotion__starts_at__lte=now, promotion__ends_at__gt=now
    )
