import datetime as dt
from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant
from campaigns.search import Grams
from campaigns.states import (
    CAMPAIGN_TRANSITIONS,
    DECIDED,
    PUBLIC,
    TO_DO,
    Basis,
    CampaignStatus,
    CloseReason,
    WhenMissed,
)
from common.ids import new_public_code
from common.statemachine import Transitions
from orders.models import PickupPoint


class CampaignQuerySet(models.QuerySet["Campaign"]):
    def public(self) -> "CampaignQuerySet":
        return self.filter(status__in=PUBLIC)

    def due_to_open(self, now: dt.datetime) -> "CampaignQuerySet":
        return self.filter(status=CampaignStatus.SCHEDULED, opens_at__lte=now)

    def due_to_close(self, now: dt.datetime) -> "CampaignQuerySet":
        return self.filter(status=CampaignStatus.OPEN, closes_at__lte=now)


class Campaign(models.Model):
    """A tiered group-buy: the more neighbours join, the lower everybody's price. The rules are in docs/rules.md."""

    transitions: ClassVar[Transitions] = CAMPAIGN_TRANSITIONS

    code = models.CharField(max_length=10, unique=True, default=new_public_code, editable=False)
    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="campaigns")
    title = models.CharField(_("标题"), max_length=60)
    description = models.TextField(_("介绍"), blank=True)
    status = models.CharField(
        _("状态"), max_length=10, choices=CampaignStatus.choices, default=CampaignStatus.DRAFT, editable=False
    )
    basis = models.CharField(_("阶梯按什么算"), max_length=12, choices=Basis.choices, default=Basis.PIECES)
    minimum = models.PositiveIntegerField(_("成团数量"), help_text="in units of the basis")
    max_participants = models.PositiveIntegerField(_("人数上限"), null=True, blank=True)
    limit_per_person = models.PositiveIntegerField(_("每人限购件数"), null=True, blank=True)
    opens_at = models.DateTimeField(_("开团时间"))
    closes_at = models.DateTimeField(_("截止时间"))
    head_start_minutes = models.PositiveSmallIntegerField(
        _("会员先买（分钟）"), default=0, db_default=0, help_text="after opens_at, for tiers with early access only"
    )
    payment_minutes = models.PositiveSmallIntegerField(_("付款时限（分钟）"), default=15)
    early_bird_orders = models.PositiveIntegerField(_("早鸟名额（单）"), null=True, blank=True)
    early_bird_until = models.DateTimeField(_("早鸟截止"), null=True, blank=True)
    leaving_allowed = models.BooleanField(_("截止前可退出"), default=True)
    settle_when_full = models.BooleanField(_("满员即成团"), default=True)
    when_missed = models.CharField(_("未成团时"), max_length=10, choices=WhenMissed.choices, default=WhenMissed.REFUND)
    extend_hours = models.PositiveSmallIntegerField(_("延长小时数"), null=True, blank=True)
    pickup_points = models.ManyToManyField(PickupPoint, related_name="campaigns", blank=True, verbose_name=_("自提点"))
    delivers = models.BooleanField(_("送货上门"), default=False)
    freight_fen = models.PositiveIntegerField(_("运费（分）"), default=0)
    free_freight_from_fen = models.PositiveIntegerField(_("满额包邮（分）"), null=True, blank=True)
    fulfilment_note = models.CharField(_("自提/配送说明"), max_length=200, blank=True)
    review_note = models.CharField(_("审核意见"), max_length=200, blank=True)
    obstacle = models.JSONField(
        default=dict,
        blank=True,
        editable=False,
        help_text='why it did not open, for readers of any language: {"code", …its parameters}',
    )
    search_text = models.TextField(
        blank=True, editable=False, help_text="title and goods in characters, pinyin and initials"
    )
    version = models.PositiveIntegerField(default=1, help_text="raised by every change; cached copies carry it")

    created_at = models.DateTimeField(auto_now_add=True)
    closing_since = models.DateTimeField(null=True, editable=False)
    close_reason = models.CharField(max_length=10, choices=CloseReason.choices, blank=True, editable=False)
    cancel_note = models.CharField(_("取消原因"), max_length=200, blank=True)
    extended_at = models.DateTimeField(_("延长于"), null=True, editable=False)
    decided_at = models.DateTimeField(_("结果于"), null=True, editable=False)
    final_count = models.PositiveIntegerField(_("最终数量"), null=True, editable=False)
    final_tier = models.ForeignKey("campaigns.Tier", models.PROTECT, null=True, related_name="+", editable=False)
    subsidised = models.BooleanField(_("商家补贴成团"), default=False, editable=False)
    settled_at = models.DateTimeField(_("结算完成于"), null=True, editable=False)

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("团购活动")
        constraints = [
            models.CheckConstraint(condition=Q(closes_at__gt=F("opens_at")), name="campaign_window"),
            models.CheckConstraint(condition=Q(minimum__gte=1), name="campaign_minimum"),
            models.CheckConstraint(
                condition=~Q(when_missed="extend") | Q(extend_hours__gt=0), name="campaign_extension_has_hours"
            ),
            models.CheckConstraint(
                condition=~Q(status="succeeded") | Q(final_tier__isnull=False, final_count__isnull=False),
                name="campaign_success_has_tier",
            ),
        ]
        indexes = [
            models.Index(fields=["status", "closes_at"], name="campaign_hall"),
            models.Index(fields=["merchant", "-id"], name="campaign_of_merchant"),
            models.Index(fields=["merchant", "status", "-id"], name="campaign_over", condition=Q(status__in=DECIDED)),
            # Few at any time, and counted on every page of operators and the first page of a shop.
            models.Index(fields=["status", "merchant"], name="campaign_to_do", condition=Q(status__in=TO_DO)),
            # What a shop's record says, without reading the campaigns.
            models.Index(
                fields=["merchant"],
                include=["close_reason"],
                condition=Q(closing_since__isnull=False),
                name="campaign_closed",
            ),
            models.Index(fields=["opens_at"], name="campaign_due_open", condition=Q(status="scheduled")),
            models.Index(
                fields=["id"],
                name="campaign_unsettled",
                condition=Q(status__in=["closing", "succeeded", "failed", "cancelled"], settled_at__isnull=True),
            ),
            models.Index(
                fields=["merchant", "decided_at"],
                name="campaign_decided",
                condition=Q(decided_at__isnull=False),
                include=["status"],
            ),
            GinIndex(Grams("search_text"), name="campaign_search"),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def opens_for_all_at(self) -> dt.datetime:
        """When it is open to everybody; before that, members with early access have it to themselves."""
        return self.opens_at + dt.timedelta(minutes=self.head_start_minutes)

    @property
    def has_early_bird(self) -> bool:
        return self.early_bird_orders is not None or self.early_bird_until is not None


class CampaignProgress(models.Model):
    """The counters of a campaign, apart from everything that does not move. Changed by guarded UPDATEs only."""

    campaign = models.OneToOneField(Campaign, models.CASCADE, primary_key=True, related_name="progress")
    paid_participants = models.PositiveIntegerField(default=0, help_text="distinct people with a paid order")
    paid_pieces = models.PositiveIntegerField(default=0, help_text="over all its SKUs")
    places_taken = models.PositiveIntegerField(default=0, help_text="people with a live order, where people are capped")
    early_birds = models.PositiveIntegerField(default=0, help_text="live orders at the early-bird price")
    counts_fixed_at = models.DateTimeField(null=True, help_text="from then on no payment counts any more")

    class Meta:
        verbose_name = verbose_name_plural = _("活动进度")

    def __str__(self) -> str:
        return f"{self.paid_participants} / {self.paid_pieces}"
