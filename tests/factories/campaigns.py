"""Campaigns and orders as tests need them: each function goes through the services."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from accounts.models import Merchant, User
from campaigns.models import Campaign
from campaigns.plans import Plan, SkuPlan
from campaigns.services.drafting import save_draft
from campaigns.services.joining import join
from campaigns.services.opening import open_campaign
from campaigns.services.reviewing import approve, submit
from campaigns.states import CampaignStatus
from catalog.models import Sku
from orders.models import Order, PickupPoint
from orders.quotes import FulfilmentChoice, LineRequest
from orders.services.paying import start_payment
from orders.services.pickup_points import PointDetails, save_point
from payments.models import Payment
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.catalog import make_sku
from tests.fixtures.gateways import NAME, capture

THRESHOLDS = (3, 5, 10)
PRICES_FEN = (2990, 2690, 2390)
HOUR = dt.timedelta(hours=1)


def make_point(merchant: Merchant, name: str = "锦绣花园东门", *, leader: User | None = None) -> PickupPoint:
    """A pick-up point, with a leader who earns 5 % if one is given."""
    details = PointDetails(
        name=name,
        address="文三路 1 号",
        leader_phone=leader.phone if leader else "",
        commission_bp=500 if leader else 0,
    )
    return save_point(merchant=merchant, actor_id=owner_of(merchant).pk, details=details)


def make_plan(skus: Sequence[Sku], points: Sequence[PickupPoint], *, now: dt.datetime, **changes: Any) -> Plan:
    """A campaign over pieces: from 3 on ¥29.90, from 5 on ¥26.90, from 10 on ¥23.90; open now, for a day."""
    quantity = changes.pop("quantity", 50)
    prices_fen = changes.pop("prices_fen", PRICES_FEN)
    early_fen = changes.pop("early_bird_price_fen", None)
    fields: dict[str, Any] = {
        "title": "阿克苏苹果 5 斤",
        "opens_at": now,
        "closes_at": now + 24 * HOUR,
        "thresholds": THRESHOLDS,
        "minimum": THRESHOLDS[0],
        "skus": [SkuPlan(sku.code, quantity, prices_fen, early_fen) for sku in skus],
        "pickup_points": [point.code for point in points],
    }
    return Plan(**fields | changes)


def make_draft(merchant: Merchant | None = None, *, now: dt.datetime | None = None, **changes: Any) -> Campaign:
    """A draft of a merchant with one SKU of 100 pieces, unless `skus` are given."""
    now = now or timezone.now()
    merchant = merchant or make_merchant(now=now)
    skus = changes.pop("skus", None) or [make_sku(merchant, stock=max(100, changes.get("quantity", 0)))]
    points = changes.pop("points", None) or [make_point(merchant, f"东门 {PickupPoint.objects.count()}")]
    plan = make_plan(skus, points, now=now, **changes)
    return save_draft(merchant=merchant, actor_id=owner_of(merchant).pk, plan=plan, now=now)


def make_open(merchant: Merchant | None = None, *, now: dt.datetime | None = None, **changes: Any) -> Campaign:
    """An open campaign, approved by an operator where the merchant is not trusted."""
    now = now or timezone.now()
    campaign = make_draft(merchant, now=now, **changes)
    campaign = submit(campaign=campaign, actor_id=owner_of(campaign.merchant).pk, now=now)
    if campaign.status == CampaignStatus.IN_REVIEW:
        approve(campaign=campaign, actor_id=owner_of(campaign.merchant).pk, now=now)
    assert open_campaign(campaign_id=campaign.pk, now=now)
    campaign.refresh_from_db()
    return campaign


def lines_of(campaign: Campaign, *quantities: int) -> list[LineRequest]:
    """So many pieces of the campaign's SKUs, in their order; 0 leaves one out."""
    codes = campaign.skus.order_by("position").values_list("sku__code", flat=True)
    wanted = quantities or (1,)
    return [LineRequest(code, count) for code, count in zip(codes, wanted, strict=False) if count]


def choice_of(campaign: Campaign) -> FulfilmentChoice:
    """The campaign's first pick-up point."""
    return FulfilmentChoice(pickup_point=campaign.pickup_points.order_by("name")[0].code)


def join_as(buyer: User, campaign: Campaign, *quantities: int, now: dt.datetime | None = None) -> Order:
    """An order that waits for its payment."""
    return join(
        buyer=buyer,
        code=campaign.code,
        lines=lines_of(campaign, *quantities),
        fulfilment=choice_of(campaign),
        now=now or timezone.now(),
    )


def pay(order: Order, *, at: dt.datetime | None = None) -> Payment:
    """The order paid, at the scripted gateway."""
    at = at or timezone.now()
    payment = capture(start_payment(order=order, gateway=NAME, now=at), at=at)
    order.refresh_from_db()
    return payment


def join_and_pay(buyer: User, campaign: Campaign, *quantities: int, now: dt.datetime | None = None) -> Order:
    """A paid order."""
    now = now or timezone.now()
    order = join_as(buyer, campaign, *quantities, now=now)
    pay(order, at=now)
    return order


def fill(campaign: Campaign, people: int, *, now: dt.datetime | None = None) -> list[Order]:
    """So many new neighbours with one paid piece each."""
    return [join_and_pay(make_user(name=f"邻居{index}"), campaign, now=now) for index in range(people)]
