"""C6: a campaign settles at its deadline without a person."""

import datetime as dt

import pytest
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.services.settling import settle
from campaigns.states import CampaignStatus
from common import events
from notifications.models import Message
from orders.models import Order
from orders.states import OrderStatus
from payments.models import Refund
from payments.services.sending import send_due
from payments.states import RefundStatus
from tests.factories.accounts import make_user
from tests.factories.campaigns import fill, join_and_pay, join_as, make_open
from tests.fixtures.gateways import ScriptedGateway

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("scripted_gateway", "nothing_broken")]
DAY = dt.timedelta(days=1)


def test_everybody_pays_the_final_tier_and_gets_the_exact_difference() -> None:
    """C1 C6: Alice pays ¥29.90 for two; after five pieces everybody's price is ¥26.90 and she gets ¥6.00 back."""
    now = timezone.now()
    campaign = make_open(now=now)
    alice = join_and_pay(make_user(name="Alice"), campaign, 2, now=now)
    fill(campaign, 3, now=now)

    settled = settle(campaign_id=campaign.pk, now=now + DAY)

    assert (settled.status, settled.final_count) == (CampaignStatus.SUCCEEDED, 5)
    alice.refresh_from_db()
    line = alice.lines.get()
    assert (alice.status, line.unit_price_fen, line.final_unit_price_fen) == (OrderStatus.PREPARING, 2990, 2690)
    refund = Refund.objects.get(payment__subject_number=alice.number)
    assert (refund.kind, refund.amount_fen, refund.status) == ("tier_difference", 600, RefundStatus.REQUESTED)
    assert send_due(now=now + DAY, limit=10) == 4
    refund.refresh_from_db()
    assert refund.status == RefundStatus.DONE
    events.drain(now=now + DAY)
    told = list(Message.objects.filter(recipient=alice.buyer).order_by("id").values_list("kind", flat=True))
    assert told == ["order_placed", "order_paid", "tier_reached", "tier_reached", "campaign_succeeded", "refund_done"]


def test_a_missed_campaign_refunds_each_member_their_own_order() -> None:
    """C6: two neighbours of three needed; each gets their own money back, all of it."""
    now = timezone.now()
    campaign = make_open(now=now)
    orders = fill(campaign, 2, now=now)
    unpaid = join_as(make_user(name="Bob"), campaign, now=now)

    settled = settle(campaign_id=campaign.pk, now=now + DAY)

    assert settled.status == CampaignStatus.FAILED
    for order in orders:
        order.refresh_from_db()
        assert (order.status, order.cancel_reason) == (OrderStatus.CANCELLED, "missed")
        refund = Refund.objects.get(payment__subject_number=order.number)
        assert (refund.kind, refund.amount_fen) == ("missed", order.payable_fen)
    unpaid.refresh_from_db()
    assert unpaid.status == OrderStatus.EXPIRED
    assert Refund.objects.count() == 2
    assert ScriptedGateway.refunded == {}


def test_settling_again_changes_nothing() -> None:
    """C6: a second worker, a click, a repeat: one settlement."""
    now = timezone.now()
    campaign = make_open(now=now)
    fill(campaign, 5, now=now)
    settle(campaign_id=campaign.pk, now=now + DAY)
    before = (
        Refund.objects.count(),
        Campaign.objects.get().settled_at,
        Order.objects.filter(status="preparing").count(),
    )

    settle(campaign_id=campaign.pk, now=now + 2 * DAY)

    assert before == (5, now + DAY, 5)
    assert before == (
        Refund.objects.count(),
        Campaign.objects.get().settled_at,
        Order.objects.filter(status="preparing").count(),
    )
