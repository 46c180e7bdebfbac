"""The life of a campaign, and the words of its rules."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class CampaignStatus(models.TextChoices):
    DRAFT = "draft", _("草稿")
    IN_REVIEW = "in_review", _("审核中")
    SCHEDULED = "scheduled", _("待开团")
    OPEN = "open", _("拼团中")
    CLOSING = "closing", _("结算中")
    SUCCEEDED = "succeeded", _("已成团")
    FAILED = "failed", _("未成团")
    CANCELLED = "cancelled", _("已取消")


CAMPAIGN_TRANSITIONS = {
    CampaignStatus.DRAFT: frozenset({CampaignStatus.IN_REVIEW, CampaignStatus.SCHEDULED, CampaignStatus.CANCELLED}),
    CampaignStatus.IN_REVIEW: frozenset({CampaignStatus.SCHEDULED, CampaignStatus.DRAFT, CampaignStatus.CANCELLED}),
    CampaignStatus.SCHEDULED: frozenset({CampaignStatus.OPEN, CampaignStatus.CANCELLED, CampaignStatus.DRAFT}),
    CampaignStatus.OPEN: frozenset({CampaignStatus.CLOSING}),
    # Back to open happens once, when a missed campaign is extended.
    CampaignStatus.CLOSING: frozenset(
        {CampaignStatus.OPEN, CampaignStatus.SUCCEEDED, CampaignStatus.FAILED, CampaignStatus.CANCELLED}
    ),
}

DECIDED = (CampaignStatus.SUCCEEDED, CampaignStatus.FAILED, CampaignStatus.CANCELLED)
# What waits for somebody to go on with it.
TO_DO = (CampaignStatus.DRAFT, CampaignStatus.IN_REVIEW, CampaignStatus.CLOSING)
# What the public may see: a draft is the merchant's own business.
PUBLIC = (
    CampaignStatus.SCHEDULED,
    CampaignStatus.OPEN,
    CampaignStatus.CLOSING,
    CampaignStatus.SUCCEEDED,
    CampaignStatus.FAILED,
)


class Basis(models.TextChoices):
    PARTICIPANTS = "participants", _("按人数")
    PIECES = "pieces", _("按件数")


class WhenMissed(models.TextChoices):
    REFUND = "refund", _("全部退款")
    EXTEND = "extend", _("延长一次")
    SUBSIDY = "subsidy", _("商家补贴成团")


class CloseReason(models.TextChoices):
    DEADLINE = "deadline", _("到截止时间")
    FULL = "full", _("名额已满")
    MERCHANT = "merchant", _("商家取消")
