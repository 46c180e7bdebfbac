"""A campaign is checked before it opens; a trusted merchant's goes straight through."""

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from campaigns.errors import MerchantMayNotOpen, UnsavedChanges
from campaigns.events import CampaignApproved, CampaignSentBack, CampaignSubmitted
from campaigns.models import Campaign, Sketch
from campaigns.services.drafting import plan_of
from campaigns.services.plan_checks import check_plan
from campaigns.services.search_texts import search_text_of
from campaigns.services.stock_checks import check_stock
from campaigns.states import CampaignStatus
from common import audit, events, statemachine
from common.errors import InvalidField

NO_NOTE: dict[str, Any] = {"review_note": "", "obstacle": {}}


def submit(*, campaign: Campaign, actor_id: int, now: dt.datetime) -> Campaign:
    """Draft → in review, or scheduled at once for a trusted merchant. The plan and the stock are checked again.

    Raises MerchantMayNotOpen, InvalidField, StateChanged, and UnsavedChanges while somebody is still writing on it.
    """
    if not campaign.merchant.may_sell:
        raise MerchantMayNotOpen
    check_plan(merchant=campaign.merchant, plan=plan_of(campaign), now=now)
    check_stock(campaign)
    with transaction.atomic():
        to = CampaignStatus.SCHEDULED if campaign.merchant.trusted else CampaignStatus.IN_REVIEW
        found_by = search_text_of(campaign)
        changes = NO_NOTE | {"search_text": found_by, "version": F("version") + 1}
        statemachine.move(campaign, to, now=now, actor_id=actor_id, **changes)
        if Sketch.objects.filter(merchant=campaign.merchant_id, code=campaign.code).exists():
            raise UnsavedChanges
        event = CampaignApproved if campaign.merchant.trusted else CampaignSubmitted
        events.publish(event(campaign_id=campaign.pk))
        audit.record(actor_id=actor_id, action="campaign.submit", subject=f"campaign:{campaign.code}")
    campaign.refresh_from_db()
    return campaign


@transaction.atomic
def approve(*, campaign: Campaign, actor_id: int, now: dt.datetime) -> Campaign:
    """An operator lets a campaign through. Raises StateChanged, and InvalidField when its window is over."""
    if campaign.closes_at <= now:
        raise InvalidField("closes_at", _("截止时间已经过去了，请退回商家修改"))
    statemachine.move(campaign, CampaignStatus.SCHEDULED, now=now, actor_id=actor_id, version=F("version") + 1)
    events.publish(CampaignApproved(campaign_id=campaign.pk))
    audit.record(actor_id=actor_id, action="campaign.approve", subject=f"campaign:{campaign.code}")
    campaign.refresh_from_db()
    return campaign


@transaction.atomic
def send_back(*, campaign: Campaign, actor_id: int, note: str, now: dt.datetime) -> Campaign:
    """An operator sends a campaign back to its merchant, who reads why. Raises InvalidField, StateChanged."""
    if not note.strip():
        raise InvalidField("note", _("写一句要改什么，商家会看到"))
    statemachine.move(
        campaign,
        CampaignStatus.DRAFT,
        now=now,
        actor_id=actor_id,
        reason=note,
        review_note=note.strip()[:200],
        obstacle={},
        version=F("version") + 1,
    )
    events.publish(CampaignSentBack(campaign_id=campaign.pk))
    audit.record(actor_id=actor_id, action="campaign.send_back", subject=f"campaign:{campaign.code}", note=note)
    campaign.refresh_from_db()
    return campaign
