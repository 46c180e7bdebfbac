"""Refunds: the mass refund of a failed campaign runs in the background, and its merchant watches it."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Merchant
from campaigns.models import Campaign
from campaigns.services.leaving import withdraw
from campaigns.services.settling import settle
from campaigns.sources import SOURCE
from orders.selectors.mass_refunds import MassRefund, mass_refund
from payments.gateways.base import GatewayRefund
from payments.models import Refund
from payments.services.returning import confirm_refund
from payments.services.sending import send_due
from payments.states import RefundStatus
from tests.factories.accounts import make_merchant, make_staff, make_user, owner_of
from tests.factories.campaigns import HOUR, fill, join_and_pay, join_as, make_open
from tests.web.backoffice.desks import Desk, words

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]


@pytest.fixture
def merchant() -> Merchant:
    return make_merchant("果园直发")


@pytest.fixture
def desk(merchant: Merchant) -> Desk:
    return Desk(owner_of(merchant), merchant)


@pytest.fixture
def missed(merchant: Merchant) -> Campaign:
    """Ten were needed; three paid ¥29.90 each, one had left, one never paid."""
    then = timezone.now() - 30 * HOUR
    campaign = make_open(merchant, now=then, minimum=10)
    fill(campaign, 3, now=then)
    alice = make_user(name="Alice")
    withdraw(buyer=alice, order=join_and_pay(alice, campaign, now=then), now=then)
    join_as(make_user(name="Bob"), campaign, now=then)
    settle(campaign_id=campaign.pk, now=timezone.now())
    campaign.refresh_from_db()
    assert campaign.status == "failed"
    return campaign


def how_far(campaign: Campaign) -> MassRefund:
    return mass_refund(campaign.merchant, source_kind=SOURCE, source_code=campaign.code, now=timezone.now())


def mass_only() -> list[Refund]:
    return list(Refund.objects.filter(kind="missed").order_by("pk"))


def test_the_merchant_watches_everybody_get_their_money_back(desk: Desk, missed: Campaign) -> None:
    """E3: n of m orders, fen back and in flight; 204 while nothing changes, 286 at the end."""
    page = desk.read(f"campaigns/{missed.code}/")
    assert "正在退款" in page
    assert "3 单里 0 单已退到账" in page
    assert how_far(missed) == MassRefund(orders=3, done=0, fen=8970, back_fen=0, stuck_fen=0)
    path = f"campaigns/{missed.code}/refunds/"
    assert desk.get(path, seen=how_far(missed).fingerprint).status_code == 204

    seen = how_far(missed).fingerprint
    send_due(now=timezone.now() + HOUR, limit=2)
    assert Refund.objects.filter(kind="missed", status="done").count() in (1, 2)
    part = desk.get(path, seen=seen)
    assert part.status_code == 200
    assert "hx-trigger" in words(part)

    send_due(now=timezone.now() + HOUR)
    assert how_far(missed) == MassRefund(orders=3, done=3, fen=8970, back_fen=8970, stuck_fen=0)
    over = desk.get(path, seen=seen)
    assert over.status_code == 286
    assert "全部退完了" in words(over)
    assert "hx-trigger" not in words(over)


def test_what_is_stuck_is_said(desk: Desk, missed: Campaign) -> None:
    first, second, _third = mass_only()
    Refund.objects.filter(pk=first.pk).update(status=RefundStatus.SENT, sent_at=timezone.now())
    confirm_refund(refund_id=first.pk, fact=GatewayRefund(RefundStatus.ABNORMAL), now=timezone.now())
    Refund.objects.filter(pk=second.pk).update(requested_at=timezone.now() - 25 * HOUR)
    assert how_far(missed) == MassRefund(orders=3, done=0, fen=8970, back_fen=0, stuck_fen=5980)
    page = desk.read(f"campaigns/{missed.code}/")
    assert "其中卡住了，平台在处理</dt><dd>¥59.80" in page


def test_it_is_one_query(missed: Campaign) -> None:
    merchant = missed.merchant
    with CaptureQueriesContext(connection) as captured:
        mass_refund(merchant, source_kind=SOURCE, source_code=missed.code, now=timezone.now())
    assert len(captured) == 1


def test_a_campaign_that_made_it_has_no_mass_refund(desk: Desk, merchant: Merchant) -> None:
    campaign = make_open(merchant, now=timezone.now() - 30 * HOUR)
    fill(campaign, 5, now=timezone.now() - 28 * HOUR)
    settle(campaign_id=campaign.pk, now=timezone.now())
    assert "正在退款" not in desk.read(f"campaigns/{campaign.code}/")
    assert desk.get(f"campaigns/{campaign.code}/refunds/").status_code == 204


def test_the_list_of_refunds_is_narrowed_to_the_campaign(desk: Desk, merchant: Merchant, missed: Campaign) -> None:
    other = make_open(merchant, now=timezone.now() - 30 * HOUR, title="别的团", minimum=9)
    [theirs] = fill(other, 1, now=timezone.now() - 28 * HOUR)
    settle(campaign_id=other.pk, now=timezone.now())
    assert f"refunds/?campaign={missed.code}" in desk.read(f"campaigns/{missed.code}/")
    page = desk.read("refunds/", campaign=missed.code)
    assert f"只看「{missed.title}」的退款" in page
    assert "4 笔，共 ¥119.60" in page
    assert theirs.number not in page
    assert theirs.number in desk.read("refunds/")
    assert "5 笔" in desk.read("refunds/", campaign="NOBODYS000")


def test_finance_reads_how_far_it_is(merchant: Merchant, missed: Campaign) -> None:
    """A5: who sees the refunds sees this; the warehouse does not."""
    path = f"campaigns/{missed.code}/refunds/"
    assert Desk(make_staff(merchant, "finance"), merchant).get(path).status_code == 200
    assert Desk(make_staff(merchant, "warehouse"), merchant).get(path).status_code == 403
    assert Desk(owner_of(make_merchant("隔壁")), merchant).get(path).status_code == 404
