"""What follows from what happened: steps are told, a full campaign closes, everybody hears the outcome."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from django.db.models import F, Prefetch

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
from common.events import handles, handles_many
from common.models import Transition
from notifications.services.inbox import Letter, Recipient, tell, tell_each
from orders.events import OrderCancelled, PickupPointSaved
from orders.models import Order, OrderLine, PickupPoint
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


@handles_many(PaymentCounted)
def tell_tier_reached(events: Sequence[PaymentCounted], now: dt.datetime) -> None:
    """A step the count has reached is told once to everybody who joined, however often it is passed (rule 8)."""
    for campaign, counts in _counted(events):
        count = max(each.by(campaign.basis) for each in counts)
        reached = Tier.objects.filter(campaign=campaign, threshold__lte=count, tierreached__isnull=True)
        for tier in reached.order_by("threshold"):
            _tell_reached(campaign, tier, now)


def _counted(events: Sequence[PaymentCounted]) -> list[tuple[Campaign, list[Counts]]]:
    """The campaigns that these payments count for, by their keys, with what they counted."""
    counts: defaultdict[int, list[Counts]] = defaultdict(list)
    for event in events:
        counts[event.campaign_id].append(Counts(event.participants, event.pieces))
    return [(campaign, counts[campaign.pk]) for campaign in Campaign.objects.filter(pk__in=counts).order_by("pk")]


def _tell_reached(campaign: Campaign, tier: Tier, now: dt.datetime) -> None:
    TierReached.objects.bulk_create([TierReached(campaign=campaign, tier=tier, at=now)], ignore_conflicts=True)
    price_fen = tier.prices.order_by("campaign_sku__position").values_list("unit_price_fen", flat=True)[0]
    about = f"tier:{campaign.code}:{tier.threshold}"
    _tell(campaign, "tier_reached", _joined(campaign), now, about=about, tier=tier, price_fen=price_fen)


@handles_many(PaymentCounted)
def close_when_full(events: Sequence[PaymentCounted], now: dt.datetime) -> None:
    """When every place is paid there is nothing to wait for (rule 9), unless somebody has left since."""
    for campaign, counts in _counted(events):
        terms = terms_of(campaign)
        if terms.settle_when_full and any(is_full(terms, each) for each in counts):
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


@handles_many(OrderSettled)
def tell_succeeded(events: Sequence[OrderSettled], now: dt.datetime) -> None:
    """It worked: the final price, and the difference that goes back."""
    orders = _orders(event.order_id for event in events)
    campaigns = Campaign.objects.in_bulk({event.campaign_id for event in events})
    letters = [
        _letter(
            campaigns[event.campaign_id],
            order,
            line=next(iter(order.lines.all()), None),
            difference_fen=event.difference_fen,
        )
        for event, order in ((event, orders[event.order_id]) for event in events)
    ]
    tell_each(letters=letters, kind="campaign_succeeded", now=now)


def _orders(order_ids: Iterable[int]) -> dict[int, Order]:
    """Orders by their keys, with their buyers and lines."""
    lines = Prefetch("lines", OrderLine.objects.order_by("pk"))
    return Order.objects.select_related("buyer").prefetch_related(lines).in_bulk(set(order_ids))


def _letter(campaign: Campaign, order: Order, **context: Any) -> Letter:
    """To the buyer, about their order in a campaign."""
    said = {"campaign": campaign, "order": order} | context
    about, url = f"order:{order.number}", f"/orders/{order.number}/"
    return Letter(recipient(order.buyer), about=about, context=said, url=url)


KIND_BY_REASON: Mapping[str, str] = {
    CancelReason.MISSED: "campaign_missed",
    CancelReason.MERCHANT: "campaign_cancelled",
    CancelReason.LEFT: "campaign_left",
}


@handles_many(OrderCancelled)
def tell_cancelled(events: Sequence[OrderCancelled], now: dt.datetime) -> None:
    """Missed, cancelled by the merchant, or left: what happens to the money."""
    orders = _orders(event.order_id for event in events)
    joined = [event for event in events if orders[event.order_id].source_kind == SOURCE]
    codes = {orders[event.order_id].source_code for event in joined}
    campaigns = {campaign.code: campaign for campaign in Campaign.objects.filter(code__in=codes)}
    for reason, kind in KIND_BY_REASON.items():
        ended = [orders[event.order_id] for event in joined if event.reason == reason]
        tell_each(letters=[_letter(campaigns[order.source_code], order) for order in ended], kind=kind, now=now)


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
