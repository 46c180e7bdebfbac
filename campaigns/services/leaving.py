"""Leaving a campaign before it closes."""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accounts.models import User
from campaigns.errors import CannotLeave
from campaigns.models import Campaign, CampaignOrder, CampaignProgress, Participant
from campaigns.sources import SOURCE
from campaigns.states import CampaignStatus
from orders.errors import CannotCancel, NoSuchOrder
from orders.locks import lock_with_payments
from orders.models import Order
from orders.services.ending import cancel_paid, cancel_unpaid
from orders.states import CancelReason, OrderStatus
from payments.states import RefundKind, RefundRoute


def withdraw(*, buyer: User, order: Order, route: RefundRoute | None = None, now: dt.datetime) -> Order:
    """Take an order back: unpaid it is cancelled, paid it leaves its campaign with a full refund (rule 8).

    The money goes by `route`, or as the buyer has chosen once and for all.
    Raises CannotLeave with the reason, CannotCancel, PaymentUnderWay, NoSuchOrder.
    """
    if order.buyer_id != buyer.pk:
        raise NoSuchOrder
    if order.status == OrderStatus.PENDING_PAYMENT:
        return cancel_unpaid(order=order, actor_id=buyer.pk, now=now)
    if order.source_kind != SOURCE:
        raise CannotCancel
    return _leave(buyer, order, route=route, now=now)


def why_not(order: Order, campaign: Campaign, *, now: dt.datetime) -> str:
    """Why a paid order cannot leave now; empty when it can."""
    if order.status != OrderStatus.PAID:
        return _("订单不在拼团中")
    if campaign.status != CampaignStatus.OPEN or now >= campaign.closes_at:
        return _("已截止，正在结算")
    if not campaign.leaving_allowed and campaign.extended_at is None:
        return _("这个团参加后不能退出")
    return ""


@transaction.atomic
def _leave(buyer: User, order: Order, *, route: RefundRoute | None, now: dt.datetime) -> Order:
    order = lock_with_payments(order.pk)
    mine = CampaignOrder.objects.get(pk=order.pk)
    # The lock keeps the campaign from closing, full, over somebody who is on the way out.
    campaign = Campaign.objects.select_for_update(no_key=True).get(pk=mine.campaign_id)
    if reason := why_not(order, campaign, now=now):
        raise CannotLeave(why=reason)
    CampaignOrder.objects.filter(pk=order.pk).update(left_at=now)
    person = Participant.objects.filter(campaign=campaign, user=buyer)
    person.update(paid_orders=F("paid_orders") - 1)
    last = not person.filter(paid_orders__gt=0).exists()
    cancel_paid(
        [order],
        cancel_reason=CancelReason.LEFT,
        refund_kind=RefundKind.LEFT,
        reason=gettext_noop("退出参团"),
        now=now,
        actor_id=buyer.pk,
        route=route,
    )
    _uncount(mine, people=int(last))
    order.refresh_from_db()
    return order


def _uncount(mine: CampaignOrder, *, people: int) -> None:
    """The hot row, last; what is fixed stays fixed."""
    counters = CampaignProgress.objects.filter(campaign=mine.campaign_id, counts_fixed_at=None)
    changed = counters.update(
        paid_participants=F("paid_participants") - people, paid_pieces=F("paid_pieces") - mine.pieces
    )
    if not changed:
        raise CannotLeave(why=_("已截止，正在结算"))
