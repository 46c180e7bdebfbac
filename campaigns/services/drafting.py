"""Writing a campaign down: a plan is checked as a whole and kept as a draft."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from django.db import transaction

from accounts.models import Merchant
from campaigns.errors import NotEditable
from campaigns.models import Campaign, CampaignProgress, CampaignSku, Tier, TierPrice
from campaigns.plans import Plan, SkuPlan
from campaigns.services.plan_checks import check_plan
from campaigns.services.search_texts import search_text_of
from campaigns.states import CampaignStatus
from common import audit, statemachine
from common.ids import new_public_code

COPIED_WINDOW_GAP = dt.timedelta(hours=1)


PLAIN_FIELDS = (
    "title",
    "description",
    "opens_at",
    "closes_at",
    "head_start_minutes",
    "minimum",
    "basis",
    "max_participants",
    "limit_per_person",
    "payment_minutes",
    "early_bird_orders",
    "early_bird_until",
    "leaving_allowed",
    "settle_when_full",
    "when_missed",
    "extend_hours",
    "delivers",
    "freight_fen",
    "free_freight_from_fen",
    "fulfilment_note",
)


@transaction.atomic
def save_draft(
    *,
    merchant: Merchant,
    actor_id: int,
    plan: Plan,
    campaign: Campaign | None = None,
    code: str = "",
    now: dt.datetime,
) -> Campaign:
    """Write a plan as a new draft, with this code if one is given, or over an old one.

    Raises InvalidField with the fix, NotEditable.
    """
    parts = check_plan(merchant=merchant, plan=plan, now=now)
    draft = _editable(merchant, campaign, code)
    for name in PLAIN_FIELDS:
        setattr(draft, name, getattr(plan, name))
    draft.version += 1
    draft.save()
    if campaign is None:
        CampaignProgress.objects.create(campaign=draft)
        statemachine.begin(draft, now=now, actor_id=actor_id)
    draft.pickup_points.set(parts.points)
    _write_ladder(draft, plan, [sku.pk for sku in parts.skus])
    draft.search_text = search_text_of(draft)
    draft.save(update_fields=["search_text"])
    audit.record(actor_id=actor_id, action="campaign.save", subject=f"campaign:{draft.code}")
    return draft


def _editable(merchant: Merchant, campaign: Campaign | None, code: str) -> Campaign:
    if campaign is None:
        return Campaign(merchant=merchant, code=code or new_public_code())
    current = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk, merchant=merchant)
    if current.status != CampaignStatus.DRAFT:
        raise NotEditable
    return current


def _write_ladder(campaign: Campaign, plan: Plan, sku_ids: Sequence[int]) -> None:
    campaign.skus.all().delete()
    campaign.tiers.all().delete()
    tiers = Tier.objects.bulk_create(Tier(campaign=campaign, threshold=threshold) for threshold in plan.thresholds)
    offers = CampaignSku.objects.bulk_create(
        CampaignSku(
            campaign=campaign,
            sku_id=sku_id,
            position=position,
            quantity=sku.quantity,
            early_bird_price_fen=sku.early_bird_price_fen,
        )
        for position, (sku_id, sku) in enumerate(zip(sku_ids, plan.skus, strict=True))
    )
    TierPrice.objects.bulk_create(
        TierPrice(tier=tier, campaign_sku=offer, unit_price_fen=price_fen)
        for offer, sku in zip(offers, plan.skus, strict=True)
        for tier, price_fen in zip(tiers, sku.prices_fen, strict=True)
    )


def plan_of(campaign: Campaign) -> Plan:
    """The plan a campaign was written from."""
    thresholds = list(campaign.tiers.order_by("threshold").values_list("threshold", flat=True))
    offers = campaign.skus.select_related("sku").prefetch_related("tier_prices__tier").order_by("position", "pk")
    skus = [
        SkuPlan(
            sku=offer.sku.code,
            quantity=offer.quantity,
            prices_fen=[
                price.unit_price_fen
                for price in sorted(offer.tier_prices.all(), key=lambda price: price.tier.threshold)
            ],
            early_bird_price_fen=offer.early_bird_price_fen,
        )
        for offer in offers
    ]
    points = campaign.pickup_points.order_by("name").values_list("code", flat=True)
    fields = {name: getattr(campaign, name) for name in PLAIN_FIELDS}
    return Plan(thresholds=thresholds, skus=skus, pickup_points=list(points), **fields)


def copy(*, campaign: Campaign, actor_id: int, now: dt.datetime) -> Campaign:
    """A new draft like this campaign, with the same length of window, opening in an hour."""
    plan = plan_of(campaign)
    shift = now + COPIED_WINDOW_GAP - plan.opens_at
    until = plan.early_bird_until
    moved = replace(
        plan,
        opens_at=plan.opens_at + shift,
        closes_at=plan.closes_at + shift,
        early_bird_until=until + shift if until else None,
    )
    return save_draft(merchant=campaign.merchant, actor_id=actor_id, plan=moved, now=now)
