"""Choosing another pick-up point, which one may until the campaign closes."""

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from campaigns.errors import CannotMove
from campaigns.locks import lock_campaign
from campaigns.models import Campaign
from campaigns.selectors.terms import load_terms
from campaigns.services.joining import at_point
from campaigns.sources import SOURCE
from campaigns.states import CampaignStatus
from orders.errors import NoSuchOrder
from orders.locks import lock_with_payments
from orders.models import Order
from orders.services.moving import move_to_point
from orders.states import OrderStatus

MOVABLE = (OrderStatus.PENDING_PAYMENT, OrderStatus.PAID)


@transaction.atomic
def move_point(*, buyer: User, order: Order, point_code: str, now: dt.datetime) -> Order:
    """Fetch an order at another point of its campaign; its leader and rate are frozen as joining does (rule 16).

    Naming the point it goes to already changes nothing. Raises CannotMove with the reason, UnknownPickupPoint,
    NoSuchOrder.
    """
    if order.buyer_id != buyer.pk:
        raise NoSuchOrder
    order = lock_with_payments(order.pk)
    campaign = _locked_campaign(order)
    if reason := why_not(order, campaign, now=now):
        raise CannotMove(why=reason)
    # From the database: a point that was switched off a moment ago may still stand in the cached terms.
    place = at_point(buyer, load_terms(campaign), point_code)
    if place.pickup_point_id != order.pickup_point_id:
        move_to_point(order=order, place=place, actor_id=buyer.pk)
    return order


def why_not(order: Order, campaign: Campaign, *, now: dt.datetime) -> str:
    """Why an order cannot be fetched elsewhere now; empty when it can."""
    if order.pickup_point_id is None:
        return _("这个订单是送货上门的")
    if campaign.status != CampaignStatus.OPEN or now >= campaign.closes_at:
        return _("已截止，自提点定下来了")
    if order.status not in MOVABLE:
        return _("订单不在拼团中")
    return ""


def _locked_campaign(order: Order) -> Campaign:
    """Under the lock that closing takes: once it is closed, every order stays where it is."""
    campaigns = Campaign.objects.filter(code=order.source_code)
    found = campaigns.values_list("pk", flat=True).first() if order.source_kind == SOURCE else None
    campaign = lock_campaign(Campaign.objects.all(), found) if found is not None else None
    if campaign is None:
        raise CannotMove(why=_("订单不在拼团中"))
    return campaign
