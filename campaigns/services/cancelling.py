"""A merchant gives a campaign up before its deadline."""

import datetime as dt

from django.db import transaction

from campaigns.errors import CannotCancelCampaign, ReasonMissing
from campaigns.models import Campaign
from campaigns.services.settling import close
from campaigns.states import CampaignStatus, CloseReason
from common import audit, statemachine

NOT_OPENED = (CampaignStatus.DRAFT, CampaignStatus.IN_REVIEW, CampaignStatus.SCHEDULED)


@transaction.atomic
def cancel(*, campaign: Campaign, actor_id: int, reason: str, now: dt.datetime) -> Campaign:
    """Cancel a campaign, with a reason everybody will read. An open one closes and its settlement refunds everyone.

    Raises ReasonMissing, CannotCancelCampaign.
    """
    note = reason.strip()
    if not note:
        raise ReasonMissing
    current = Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    if current.status in NOT_OPENED:
        statemachine.move(
            current,
            CampaignStatus.CANCELLED,
            now=now,
            actor_id=actor_id,
            reason=note,
            cancel_note=note[:200],
            close_reason=CloseReason.MERCHANT,
            decided_at=now,
        )
    elif not close(campaign_id=current.pk, reason=CloseReason.MERCHANT, now=now, actor_id=actor_id, note=note):
        raise CannotCancelCampaign
    audit.record(actor_id=actor_id, action="campaign.cancel", subject=f"campaign:{current.code}", reason=note)
    current.refresh_from_db()
    return current
