"""What follows from what happened: steps are told, a full campaign closes, everybody hears the outcome."""

import datetime as dt
from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import F

from accounts.selectors.staff import recipient, recipients, staff_recipients
from accounts.services.shop_robots import post_to_shop
from campaigns.events import (
    CampaignApproved,
    CampaignDecided,
    CampaignExtended,
    CampaignOpened,
    CampaignSentBack,
    OrderSettled,
    PaymentCounted,
)
from campaigns.models import Campaign, Participant, Reminder, Tier, TierReached
from campaigns.pricing import Counts, is_full
from campaigns.selectors.terms import terms_of
from campaigns.services.moving import MOVABLE
from campaigns.services.settling import close_if_full
from campaigns.sources import SOURCE
from campaigns.states import DECIDED, CampaignStatus
from common.events import handles
from common.models import Transition
from notifications.services.inbox import Recipient, tell
from orders.events import OrderCancelled, PickupPointSaved
from orders.models import Order, PickupPoint
from orders.states import CancelReason


def _tell(
    campaign: Campaign,
    kind: str,
    people: list[Recipient],
    now: dt.datetime,
    *,
    about: str = "",
    url: str = "",
    **context: Any,
) -> None:
    tell(
        recipients=people,
        kind=kind,
        about=about or f"campaign:{campaign.code}",
        context={"campaign": campaign} | context,
        url=url or f"/campaigns/{campaign.code}/",
        now=now,
    )


def _joined(campaign: Campaign) -> list[Recipient]:
    """Everybody with a paid order in it."""
    paid = Participant.objects.filter(campaign=campaign, paid_orders__gt=0)
    return recipients(paid.values_list("user_id", flat=True))


@handles(PaymentCounted)
def tell_tier_reached(event: PaymentCounted, now: dt.datetime) -> None:
    """A step the count has reached is told once to everybody who joined, however often it is passed (rule 8)."""
    campaign = Campaign.objects.get(pk=event.campaign_id)
    count = Counts(event.participants, event.pieces).by(campaign.basis)
    reached = Tier.objects.filter(campaign=campaign, threshold__lte=count, tierreached__isnull=True)
    for tier in reached.order_by("threshold"):
        TierReached.objects.bulk_create([TierReached(campaign=campaign, tier=tier, at=now)], ignore_conflicts=True)
        price_fen = tier.prices.order_by("campaign_sku__position").values_list("unit_price_fen", flat=True)[0]
        about = f"tier:{campaign.code}:{tier.threshold}"
        _tell(campaign, "tier_reached", _joined(campaign), now, about=about, tier=tier, price_fen=price_fen)


@handles(PaymentCounted)
def close_when_full(event: PaymentCounted, now: dt.datetime) -> None:
    """When every place is paid there is nothing to wait for (rule 9), unless somebody has left since."""
    campaign = Campaign.objects.get(pk=event.campaign_id)
    terms = terms_of(campaign)
    if terms.settle_when_full and is_full(terms, Counts(event.participants, event.pieces)):
        close_if_full(campaign_id=campaign.pk, now=now)


@handles(PickupPointSaved)
def renew_terms(event: PickupPointSaved, now: dt.datetime) -> None:
    """Terms carry the leader and the rate of their points; a new version finds them as they are now."""
    touched = Campaign.objects.filter(pickup_points=event.point_id).exclude(status__in=DECIDED)
    touched.update(version=F("version") + 1)


@handles(PickupPointSaved)
def tell_to_choose(event: PickupPointSaved, now: dt.datetime) -> None:
    """A point was switched off while campaigns run: whoever fetches there hears, once, to choose another.

    Where there is no other nobody is disturbed: what was ordered is handed over there all the same.
    """
    point = PickupPoint.objects.get(pk=event.point_id)
    if point.is_active:
        return
    for campaign in point.campaigns.filter(status=CampaignStatus.OPEN, closes_at__gt=now):
        if campaign.pickup_points.in_use().exists():
            mine = Order.objects.from_source(SOURCE, campaign.code).filter(pickup_point=point, status__in=MOVABLE)
            people = recipients(mine.values_list("buyer_id", flat=True))
            about = f"point:{campaign.code}:{point.code}"
            _tell(campaign, "choose_point", people, now, about=about, url="/orders/", point=point.name)


@handles(CampaignOpened)
def tell_opened(event: CampaignOpened, now: dt.datetime) -> None:
    """Everybody who asked to be reminded hears it, once; nobody any more when the word comes after the closing."""
    campaign = Campaign.objects.get(pk=event.campaign_id)
    if campaign.status != CampaignStatus.OPEN:
        return
    waiting = Reminder.objects.filter(campaign=campaign, told_at__isnull=True)
    prices = campaign.skus.order_by("position", "pk")[0].tier_prices.order_by("tier__threshold")
    prices_fen = list(prices.values_list("unit_price_fen", flat=True))
    people = recipients(waiting.values_list("user_id", flat=True))
    _tell(campaign, "campaign_open", people, now, first_fen=prices_fen[0], lowest_fen=prices_fen[-1])
    waiting.update(told_at=now)


@handles(CampaignExtended)
def tell_extended(event: CampaignExtended, now: dt.datetime) -> None:
    """The deadline moved once; whoever paid may leave free."""
    campaign = Campaign.objects.get(pk=event.campaign_id)
    _tell(campaign, "campaign_extended", _joined(campaign), now)


@handles(OrderSettled)
def tell_succeeded(event: OrderSettled, now: dt.datetime) -> None:
    """It worked: the final price, and the difference that goes back."""
    campaign = Campaign.objects.get(pk=event.campaign_id)
    order = Order.objects.select_related("buyer").get(pk=event.order_id)
    line = order.lines.order_by("pk").first()
    _tell(
        campaign,
        "campaign_succeeded",
        [recipient(order.buyer)],
        now,
        about=f"order:{order.number}",
        url=f"/orders/{order.number}/",
        order=order,
        line=line,
        difference_fen=event.difference_fen,
    )


KIND_BY_REASON: Mapping[str, str] = {
    CancelReason.MISSED: "campaign_missed",
    CancelReason.MERCHANT: "campaign_cancelled",
    CancelReason.LEFT: "campaign_left",
}


@handles(OrderCancelled)
def tell_cancelled(event: OrderCancelled, now: dt.datetime) -> None:
    """Missed, cancelled by the merchant, or left: what happens to the money."""
    order = Order.objects.select_related("buyer").get(pk=event.order_id)
    if order.source_kind != SOURCE or event.reason not in KIND_BY_REASON:
        return
    _tell(
        Campaign.objects.get(code=order.source_code),
        KIND_BY_REASON[event.reason],
        [recipient(order.buyer)],
        now,
        about=f"order:{order.number}",
        url=f"/orders/{order.number}/",
        order=order,
    )


@handles(CampaignDecided)
def tell_merchant_outcome(event: CampaignDecided, now: dt.datetime) -> None:
    """The merchant hears how it ended."""
    _tell_merchant(event.campaign_id, "merchant_campaign_decided", DECIDED, now)


@handles(CampaignApproved)
def tell_merchant_approved(event: CampaignApproved, now: dt.datetime) -> None:
    """The merchant hears when it opens."""
    _tell_merchant(event.campaign_id, "merchant_campaign_approved", (CampaignStatus.SCHEDULED,), now)


@handles(CampaignSentBack)
def tell_merchant_sent_back(event: CampaignSentBack, now: dt.datetime) -> None:
    """The merchant hears what to change."""
    _tell_merchant(event.campaign_id, "merchant_campaign_sent_back", (CampaignStatus.DRAFT,), now)


def _tell_merchant(campaign_id: int, kind: str, became: Collection[CampaignStatus], now: dt.datetime) -> None:
    """Once for each time it became so: its version may have been raised by something else since."""
    campaign = Campaign.objects.select_related("merchant").get(pk=campaign_id)
    steps = Transition.objects.filter(entity=Campaign._meta.label_lower, object_id=campaign.pk, to_state__in=became)
    step = steps.order_by("-id").values_list("id", flat=True)[0]
    about = f"campaign:{campaign.code}:{step}"
    desk = f"/backoffice/{campaign.merchant.code}/campaigns/{campaign.code}/"
    _tell(campaign, kind, staff_recipients(campaign.merchant_id), now, about=about, url=desk)
    said = {"campaign": campaign}
    post_to_shop(merchant=campaign.merchant, kind=kind, about=about, context=said, url=desk, now=now)
