"""Olivia's day, from a product that is not there yet to apples in her neighbours' hands, through pages alone."""

import pytest
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.services.opening import open_due
from campaigns.services.reviewing import approve
from campaigns.services.settling import settle
from catalog.models import Product
from orders.models import Order, PickupPoint
from tests.factories.accounts import make_merchant, make_operator, owner_of
from tests.factories.campaigns import HOUR, fill
from tests.web.backoffice.desks import Desk
from tests.web.backoffice.sheets import campaign_steps, product_form, write_campaign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway", "nothing_broken")]


def test_a_merchant_s_whole_day() -> None:
    """B1 B3 C1 C6 C12 D5: product → stock → shelf → campaign → submit → watch → settled → ready → handed over."""
    merchant = make_merchant("果园直发")
    desk = Desk(owner_of(merchant), merchant)
    desk.post("products/new/", fields=product_form())
    product = Product.objects.get(merchant=merchant)
    apples = product.skus.get(specification="5 斤装")
    desk.post(f"stock/{apples.code}/adjust/", quantity="60", reason="到货")
    desk.post(f"products/{product.code}/shelf/", to="on")
    assert "上架" in desk.read("products/", state="on_shelf")

    desk.post("points/new/", name="东门便民超市", address="文三路 1 号", is_active="on")
    point = PickupPoint.objects.get(merchant=merchant)
    code = write_campaign(desk, campaign_steps([apples], point), finish="submit")
    campaign = Campaign.objects.get(merchant=merchant)
    assert campaign.code == code, "the draft keeps the address it was written at"
    assert "平台在审核" in desk.read(f"campaigns/{campaign.code}/")

    approve(campaign=Campaign.objects.get(), actor_id=make_operator().pk, now=timezone.now())
    open_due(now=timezone.now())
    fill(Campaign.objects.get(), 6)
    watched = desk.read(f"campaigns/{campaign.code}/")
    assert "已降到最低价" in watched
    assert "6 户参团" in watched
    assert "¥161.40" not in watched, "nothing has been refunded yet"

    settle(campaign_id=campaign.pk, now=campaign.closes_at + HOUR)
    # Five paid ¥29.90 before the fifth piece was counted, the sixth ¥26.90: 5 × ¥3.00 goes back.
    settled = desk.read(f"campaigns/{campaign.code}/")
    assert "结算结果" in settled
    assert "−¥15.00" in settled
    assert "¥161.40" in settled

    assert '<span class="waits__n">6</span>' in desk.read()
    numbers = list(Order.objects.values_list("number", flat=True))
    desk.post("orders/ready/", order=numbers[:2])
    assert Order.objects.filter(status="ready").count() == 2
    code = Order.objects.filter(status="ready")[0].pickup_code
    handed = desk.client.post("/pickups/", {"code": code, "confirmed": "1"})
    assert handed.status_code == 302
    assert [Order.objects.filter(status=state).count() for state in ("preparing", "ready", "received")] == [4, 1, 1]
