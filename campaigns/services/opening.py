"""Opening a scheduled campaign: its pieces move from the shelf to it, and the gate opens."""

import datetime as dt
import logging

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from campaigns.errors import MerchantMayNotOpen
from campaigns.events import CampaignOpened, CampaignSentBack
from campaigns.locks import lock_campaign
from campaigns.models import Campaign
from campaigns.services.search_texts import search_text_of
from campaigns.sources import purpose_of
from campaigns.states import CampaignStatus
from catalog.errors import NotEnoughStock
from catalog.services.allotting import allot
from common import events, statemachine
from common.alerts import close_alert, raise_alert
from common.errors import Refusal

logger = logging.getLogger(__name__)

UNOPENED = "campaign_unopened"
FAILED = gettext_noop("团购到点了却开不了团，会自动重试。请开发人员看日志，必要时让商家改期")


def open_due(*, now: dt.datetime) -> int:
    """Open what is due; returns how many were opened. A fault in one hurts no other.

    Safe to run by several workers at once.
    """
    opened = 0
    for campaign_id, code in list(Campaign.objects.due_to_open(now).order_by("opens_at").values_list("pk", "code")):
        subject = f"campaign:{code}"
        try:
            opened += open_campaign(campaign_id=campaign_id, now=now)
            close_alert(kind=UNOPENED, subject=subject, now=now)
        except Exception as error:
            logger.exception("a campaign could not be opened", extra={"campaign": campaign_id})
            raise_alert(kind=UNOPENED, subject=subject, sentence=FAILED, now=now, error=type(error).__name__)
    return opened


def open_campaign(*, campaign_id: int, now: dt.datetime) -> bool:
    """Open one campaign; False when somebody else did, or when it went back to draft.

    That is where it goes when its stock is gone, or its merchant was suspended meanwhile.
    """
    try:
        with transaction.atomic():
            return _open(campaign_id, now=now)
    except (NotEnoughStock, MerchantMayNotOpen) as obstacle:
        _send_back(campaign_id, obstacle, now=now)
        return False


def _open(campaign_id: int, *, now: dt.datetime) -> bool:
    campaign = lock_campaign(Campaign.objects.due_to_open(now), campaign_id)
    if campaign is None:
        return False
    if not campaign.merchant.may_sell:
        raise MerchantMayNotOpen
    for offer in campaign.skus.order_by("sku_id"):
        offer.allotment = allot(
            sku_id=offer.sku_id, quantity=offer.quantity, purpose=purpose_of(campaign.code), now=now
        )
        offer.save(update_fields=["allotment"])
    found_by = search_text_of(campaign)
    statemachine.move(campaign, CampaignStatus.OPEN, now=now, search_text=found_by, version=F("version") + 1)
    events.publish(CampaignOpened(campaign_id=campaign.pk))
    return True


@transaction.atomic
def _send_back(campaign_id: int, obstacle: Refusal, *, now: dt.datetime) -> None:
    campaign = lock_campaign(Campaign.objects.due_to_open(now), campaign_id)
    if campaign is None:
        return
    note = _("没有开团：%(why)s") % {"why": obstacle}
    statemachine.move(
        campaign,
        CampaignStatus.DRAFT,
        now=now,
        reason=note,
        review_note=note[:200],
        obstacle={"code": obstacle.code, **obstacle.params},
        version=F("version") + 1,
    )
    events.publish(CampaignSentBack(campaign_id=campaign.pk))
