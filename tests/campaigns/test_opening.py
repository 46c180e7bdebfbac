"""C12 and rule 17: a campaign is checked before it opens, and opening moves its pieces off the shelf."""

import datetime as dt
from typing import Any

import pytest

from accounts.services.merchants import set_trusted, suspend
from campaigns.models import Campaign
from campaigns.services import opening
from campaigns.services.cancelling import cancel
from campaigns.services.opening import open_campaign, open_due
from campaigns.services.reviewing import approve, send_back, submit
from campaigns.services.settling import settle_due
from campaigns.states import CampaignStatus
from catalog.models import Allotment, Stock
from catalog.services.stock import adjust
from common import events
from common.errors import InvalidField
from common.models import Alert, AuditEntry
from common.statemachine import StateChanged
from notifications.models import Message
from tests.factories.accounts import make_merchant, make_operator, owner_of
from tests.factories.campaigns import make_draft

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_broken")]
HOUR = dt.timedelta(hours=1)
DAY = dt.timedelta(days=1)


def make_scheduled(now: dt.datetime, **changes: Any) -> Campaign:
    campaign = make_draft(now=now, **changes)
    campaign = submit(campaign=campaign, actor_id=owner_of(campaign.merchant).pk, now=now)
    return approve(campaign=campaign, actor_id=make_operator().pk, now=now)


def told(campaign: Campaign) -> list[str]:
    owner = owner_of(campaign.merchant)
    kinds = Message.objects.filter(recipient=owner, about__startswith=f"campaign:{campaign.code}")
    return list(kinds.order_by("id").values_list("kind", flat=True))


def test_a_new_merchants_campaign_waits_for_an_operator(now: dt.datetime) -> None:
    """C12: nothing opens by itself before somebody looked; then it is told, and audited with who did it."""
    draft = make_draft(now=now)
    owner, operator = owner_of(draft.merchant), make_operator()

    waiting = submit(campaign=draft, actor_id=owner.pk, now=now)
    assert waiting.status == CampaignStatus.IN_REVIEW
    assert open_due(now=now + HOUR) == 0

    approved = approve(campaign=waiting, actor_id=operator.pk, now=now)
    assert approved.status == CampaignStatus.SCHEDULED
    events.drain(now=now)
    assert told(draft) == ["merchant_campaign_approved"]
    assert AuditEntry.objects.get(action="campaign.approve").actor_id == operator.pk


def test_a_trusted_merchants_campaign_goes_straight_through(now: dt.datetime) -> None:
    """C12."""
    merchant = make_merchant(now=now)
    set_trusted(merchant=merchant, trusted=True, actor_id=make_operator().pk, now=now)
    merchant.refresh_from_db()
    draft = make_draft(merchant, now=now)
    assert submit(campaign=draft, actor_id=owner_of(merchant).pk, now=now).status == CampaignStatus.SCHEDULED
    assert open_due(now=now) == 1


def test_an_operator_sends_it_back_with_a_reason_the_merchant_reads(now: dt.datetime) -> None:
    """C12: and it can be handed in again."""
    draft = make_draft(now=now)
    owner = owner_of(draft.merchant)
    waiting = submit(campaign=draft, actor_id=owner.pk, now=now)
    with pytest.raises(InvalidField):
        send_back(campaign=waiting, actor_id=make_operator().pk, note="  ", now=now)

    back = send_back(campaign=waiting, actor_id=make_operator().pk, note="图片太暗", now=now)

    assert (back.status, back.review_note) == (CampaignStatus.DRAFT, "图片太暗")
    events.drain(now=now)
    assert "图片太暗" in Message.objects.get(recipient=owner, kind="merchant_campaign_sent_back").body
    again = submit(campaign=back, actor_id=owner.pk, now=now)
    assert (again.status, again.review_note) == (CampaignStatus.IN_REVIEW, "")


def test_two_operators_decide_once(now: dt.datetime) -> None:
    """C12: the second one's page is old."""
    waiting = submit(campaign=make_draft(now=now), actor_id=make_operator().pk, now=now)
    stale = Campaign.objects.get(pk=waiting.pk)
    approve(campaign=waiting, actor_id=make_operator().pk, now=now)
    with pytest.raises(StateChanged):
        send_back(campaign=stale, actor_id=make_operator().pk, note="不行", now=now)
    assert Campaign.objects.get().status == CampaignStatus.SCHEDULED


def test_what_is_over_cannot_be_approved(now: dt.datetime) -> None:
    waiting = submit(campaign=make_draft(now=now), actor_id=make_operator().pk, now=now)
    with pytest.raises(InvalidField) as refused:
        approve(campaign=waiting, actor_id=make_operator().pk, now=now + DAY)
    assert refused.value.params["field"] == "closes_at"


def test_more_pieces_than_the_shelf_holds_cannot_be_handed_in(now: dt.datetime) -> None:
    """Rule 17: the field and the number of pieces there are."""
    draft = make_draft(now=now, quantity=60)
    adjust(sku_id=draft.skus.get().sku_id, quantity=-50, reason="霜冻", actor_id=None, now=now)
    with pytest.raises(InvalidField) as refused:
        submit(campaign=draft, actor_id=owner_of(draft.merchant).pk, now=now)
    assert refused.value.params["field"] == "skus.0.quantity"
    assert "50 件" in str(refused.value)


def test_opening_moves_pieces_once_and_raises_no_alarm(now: dt.datetime) -> None:
    """Rule 17: a hundred on the shelf, fifty go to the campaign; a second worker finds nothing to do."""
    campaign = make_scheduled(now)
    assert not open_campaign(campaign_id=campaign.pk, now=now - HOUR)

    assert open_due(now=now) == 1
    assert open_due(now=now) == 0

    campaign.refresh_from_db()
    assert campaign.status == CampaignStatus.OPEN
    stock = Stock.objects.get(pk=campaign.skus.get().sku_id)
    assert (stock.available, stock.allotted, stock.low_since) == (50, 50, None)
    assert (Allotment.objects.get().quantity, Allotment.objects.get().is_open) == (50, True)
    assert not Message.objects.filter(kind="stock_low").exists()


def test_a_shortage_at_opening_sends_it_back_with_a_note(now: dt.datetime) -> None:
    """C12, rule 17: nothing stays allotted, the merchant reads why, and the next campaign still opens."""
    short = make_scheduled(now, quantity=60)
    fine = make_scheduled(now)
    adjust(sku_id=short.skus.get().sku_id, quantity=-50, reason="霜冻", actor_id=None, now=now)

    assert open_due(now=now) == 1

    short.refresh_from_db()
    assert (short.status, short.review_note) == (CampaignStatus.DRAFT, "没有开团：库存不够，可用 50 件")
    assert Allotment.objects.get().purpose == f"campaign:{fine.code}"
    assert Stock.objects.get(pk=short.skus.get().sku_id).allotted == 0
    events.drain(now=now)
    assert told(short) == ["merchant_campaign_approved", "merchant_campaign_sent_back"]


def test_a_suspended_merchant_opens_nothing(now: dt.datetime) -> None:
    """C12: suspended after the review; it goes back to draft, and no piece moves."""
    campaign = make_scheduled(now)
    suspend(merchant=campaign.merchant, actor_id=make_operator().pk, note="投诉", now=now)
    assert open_due(now=now) == 0
    campaign.refresh_from_db()
    assert (campaign.status, campaign.review_note) == (
        CampaignStatus.DRAFT,
        "没有开团：店铺没有通过审核或已停用，不能开团",
    )
    assert not Allotment.objects.exists()


def test_a_campaign_that_never_opened_can_be_cancelled(now: dt.datetime) -> None:
    """Rule 18: scheduled, then given up; the opener passes it over and there is nothing to settle."""
    campaign = make_scheduled(now)
    cancelled = cancel(campaign=campaign, actor_id=owner_of(campaign.merchant).pk, reason="霜冻", now=now)
    assert (cancelled.status, cancelled.cancel_note) == (CampaignStatus.CANCELLED, "霜冻")
    assert (open_due(now=now), settle_due(now=now + DAY)) == (0, 0)
    assert not Allotment.objects.exists()


def test_workers_down_for_its_whole_life_open_it_and_let_it_miss(now: dt.datetime) -> None:
    """C6: two days later nobody has joined; the shelf has everything back."""
    campaign = make_scheduled(now)
    assert open_due(now=now + 2 * DAY) == 1
    assert settle_due(now=now + 2 * DAY) == 1
    campaign.refresh_from_db()
    assert (campaign.status, campaign.final_count) == (CampaignStatus.FAILED, 0)
    stock = Stock.objects.get(pk=campaign.skus.get().sku_id)
    assert (stock.available, stock.allotted) == (100, 0)


def test_a_fault_in_one_opening_hurts_no_other(now: dt.datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    """C2: the first breaks; the second opens in the same round, and the first does with the next one."""
    first, _second = make_scheduled(now), make_scheduled(now)

    def break_first(*, campaign_id: int, now: dt.datetime) -> bool:
        if campaign_id == first.pk:
            raise RuntimeError("killed")
        return open_campaign(campaign_id=campaign_id, now=now)

    monkeypatch.setattr(opening, "open_campaign", break_first)
    assert open_due(now=now) == 1
    alert = Alert.objects.get()
    assert (alert.kind, alert.subject, alert.closed_at) == ("campaign_unopened", f"campaign:{first.code}", None)
    monkeypatch.undo()
    assert open_due(now=now) == 1
    assert Alert.objects.get().closed_at == now
    assert Campaign.objects.filter(status=CampaignStatus.OPEN).count() == 2
