from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant
from campaigns.models import Campaign
from catalog.models import Allotment, Product, Sku
from common.ids import new_public_code
from common.statemachine import Transitions
from marketing.models.template import CouponTemplate
from marketing.states import PROMOTION_TRANSITIONS, PromotionKind, PromotionScope, PromotionStatus
from orders.models import Order


class PromotionQuerySet(models.QuerySet["Promotion"]):
    def of(self, merchant: Merchant) -> "PromotionQuerySet":
        return self.filter(merchant=merchant)

    def live(self) -> "PromotionQuerySet":
        return self.filter(status=PromotionStatus.LIVE)


class Promotion(models.Model):
    """What a merchant gives from certain amounts on: something off (满减), a coupon or points (满送), a gift (满赠).

    Once live its steps stand; only its name and its end still change. A merchant pays for its promotions itself.
    """

    transitions: ClassVar[Transitions] = PROMOTION_TRANSITIONS

    code = models.CharField(max_length=10, unique=True, default=new_public_code, editable=False)
    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="promotions")
    title = models.CharField(_("名称"), max_length=30)
    kind = models.CharField(_("类型"), max_length=10, choices=PromotionKind.choices)
    status = models.CharField(
        _("状态"), max_length=10, choices=PromotionStatus.choices, default=PromotionStatus.DRAFT, editable=False
    )
    scope = models.CharField(_("范围"), max_length=10, choices=PromotionScope.choices, default=PromotionScope.SHOP)
    products = models.ManyToManyField(Product, related_name="promotions", blank=True, verbose_name=_("商品"))
    campaigns = models.ManyToManyField(Campaign, related_name="promotions", blank=True, verbose_name=_("团购"))
    starts_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("结束时间"))
    made_at = models.DateTimeField()
    ended_at = models.DateTimeField(_("结束于"), null=True, editable=False)
    settled_at = models.DateTimeField(
        null=True, editable=False, help_text="when the gifts nobody got were back on the shelf"
    )

    objects = PromotionQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("促销")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="promotion_window"),
            models.CheckConstraint(
                condition=(Q(status="ended") & Q(ended_at__isnull=False))
                | (~Q(status="ended") & Q(ended_at__isnull=True, settled_at__isnull=True)),
                name="promotion_ended_when_ended",
            ),
        ]
        indexes = [
            models.Index(fields=["merchant", "-id"], name="promotion_of_merchant"),
            models.Index(fields=["merchant", "starts_at"], name="promotion_live", condition=Q(status="live")),
            models.Index(
                fields=["ends_at"],
                name="promotion_unsettled",
                condition=Q(status__in=["live", "ended"], settled_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class PromotionGift(models.Model):
    """A SKU of which so many pieces may be given away; set aside as an allotment when the promotion goes live."""

    promotion = models.ForeignKey(Promotion, models.CASCADE, related_name="gifts")
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="+", verbose_name=_("赠品"))
    pieces = models.PositiveIntegerField(_("赠品总件数"))
    allotment = models.OneToOneField(Allotment, models.PROTECT, null=True, editable=False, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["promotion", "sku"], name="promotion_gift_once_per_sku"),
            models.CheckConstraint(condition=Q(pieces__gt=0), name="promotion_gift_pieces"),
        ]

    def __str__(self) -> str:
        return f"{self.sku} × {self.pieces}"


class PromotionStep(models.Model):
    """From this amount of goods on: so much off, or a gift, or a coupon, or points."""

    promotion = models.ForeignKey(Promotion, models.CASCADE, related_name="steps")
    threshold_fen = models.PositiveIntegerField(_("满（元）"))
    off_fen = models.PositiveIntegerField(default=0)
    gift = models.ForeignKey(PromotionGift, models.CASCADE, null=True, related_name="steps")
    gift_pieces = models.PositiveIntegerField(default=0)
    coupon = models.ForeignKey(CouponTemplate, models.PROTECT, null=True, related_name="+")
    points = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["promotion", "threshold_fen"], name="promotion_step_once"),
            models.CheckConstraint(condition=Q(threshold_fen__gt=F("off_fen")), name="promotion_step_threshold"),
            models.CheckConstraint(
                condition=Q(off_fen__gt=0, gift__isnull=True, gift_pieces=0, coupon__isnull=True, points=0)
                | Q(off_fen=0, gift__isnull=False, gift_pieces__gt=0, coupon__isnull=True, points=0)
                | (Q(off_fen=0, gift__isnull=True, gift_pieces=0) & (Q(coupon__isnull=False) | Q(points__gt=0))),
                name="promotion_step_one_benefit",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.promotion_id}: {self.threshold_fen}"


class PromotionUse(models.Model):
    """That an order was placed with a step of a promotion; stays when the order ends."""

    order = models.ForeignKey(Order, models.CASCADE, db_index=False, related_name="promotions_used")
    promotion = models.ForeignKey(Promotion, models.PROTECT, related_name="uses")
    step = models.ForeignKey(PromotionStep, models.PROTECT, db_index=False, related_name="uses")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "promotion"], name="promotion_use_once_per_order")]

    def __str__(self) -> str:
        return f"{self.order_id} {self.promotion_id}"
