"""The terms of a campaign, read once per version and kept in the cache and in the process."""

from collections.abc import Iterable
from functools import lru_cache

from django.core.cache import cache

from campaigns.models import Campaign
from campaigns.pricing import Point, SkuTerms, Terms

KEEP_SECONDS = 3600
# In one process, a few kilobytes each: more than there are campaigns that people join in one hour.
MOST_AT_HAND = 2_000
# Raised with every change of the dataclasses, so that no process unpickles what another release wrote.
FORMAT = 2


def terms_of(campaign: Campaign) -> Terms:
    """The terms of a campaign in its present version."""
    return terms_at(campaign.code, campaign.version)


@lru_cache(maxsize=MOST_AT_HAND)
def terms_at(code: str, version: int) -> Terms:
    """The terms of a version, which never change: at hand in the process, or else in the cache.

    Any change raises the version, so nothing stale is ever found. The key goes by the code, which no other campaign
    will ever have, not even in another database.
    """
    key = f"campaign-terms:{FORMAT}:{code}:{version}"
    terms: Terms | None = cache.get(key)
    if terms is None:
        terms = load_terms(Campaign.objects.get(code=code))
        cache.set(key, terms, KEEP_SECONDS)
    return terms


def load_terms(campaign: Campaign) -> Terms:
    """The terms as they stand in the database."""
    thresholds = tuple(campaign.tiers.order_by("threshold").values_list("threshold", flat=True))
    return Terms(
        campaign_id=campaign.pk,
        version=campaign.version,
        code=campaign.code,
        merchant_id=campaign.merchant_id,
        basis=campaign.basis,
        minimum=campaign.minimum,
        thresholds=thresholds,
        skus=tuple(_skus(campaign)),
        points=tuple(_points(campaign)),
        max_participants=campaign.max_participants,
        limit_per_person=campaign.limit_per_person,
        early_bird_orders=campaign.early_bird_orders,
        early_bird_until=campaign.early_bird_until,
        opens_at=campaign.opens_at,
        closes_at=campaign.closes_at,
        payment_minutes=campaign.payment_minutes,
        leaving_allowed=campaign.leaving_allowed or campaign.extended_at is not None,
        settle_when_full=campaign.settle_when_full,
        when_missed=campaign.when_missed,
        extend_hours=campaign.extend_hours,
        delivers=campaign.delivers,
        freight_fen=campaign.freight_fen,
        free_freight_from_fen=campaign.free_freight_from_fen,
        head_start_minutes=campaign.head_start_minutes,
    )


def _skus(campaign: Campaign) -> Iterable[SkuTerms]:
    offers = campaign.skus.select_related("sku__product").prefetch_related("tier_prices__tier")
    for offer in offers.order_by("position", "pk"):
        prices = sorted(offer.tier_prices.all(), key=lambda price: price.tier.threshold)
        product = offer.sku.product
        yield SkuTerms(
            sku_id=offer.sku_id,
            sku_code=offer.sku.code,
            allotment_id=offer.allotment_id,
            product_name=product.name,
            specification=offer.sku.specification,
            unit=product.unit,
            quantity=offer.quantity,
            list_price_fen=offer.sku.price_fen,
            prices_fen=tuple(price.unit_price_fen for price in prices),
            early_bird_price_fen=offer.early_bird_price_fen,
            no_reason_return=product.no_reason_return,
            return_days=product.return_days,
        )


def _points(campaign: Campaign) -> Iterable[Point]:
    for point in campaign.pickup_points.in_use().order_by("name"):
        yield Point(point.pk, point.code, point.leader_id, point.commission_bp)
