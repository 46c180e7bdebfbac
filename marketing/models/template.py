from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant
from common.ids import new_public_code
from common.statemachine import Transitions
from marketing.states import TEMPLATE_TRANSITIONS, CouponKind, Funder, ScopeKind, TemplateStatus


class CouponTemplateQuerySet(models.QuerySet["CouponTemplate"]):
    def active(self) -> "CouponTemplateQuerySet":
        return self.filter(status=TemplateStatus.ACTIVE)


class CouponTemplate(models.Model):
    """What all coupons of one kind say: what they take off, of what, for whom, until when, and how many there are.

    Of a merchant, or of the platform; whoever made it pays for it. `issued` is the hot row of claiming.
    """

    transitions: ClassVar[Transitions] = TEMPLATE_TRANSITIONS

    code = models.CharField(max_length=10, unique=True, default=new_public_code, editable=False)
    merchant = models.ForeignKey(
        Merchant, models.PROTECT, null=True, related_name="coupon_templates", help_text="none: the platform's"
    )
    funder = models.CharField(_("承担方"), max_length=10, choices=Funder.choices)
    name = models.CharField(_("名称"), max_length=40)
    status = models.CharField(
        _("状态"), max_length=10, choices=TemplateStatus.choices, default=TemplateStatus.ACTIVE, editable=False
    )
    kind = models.CharField(_("类型"), max_length=10, choices=CouponKind.choices)
    amount_fen = models.PositiveIntegerField(
        _("面额（分）"), default=0, help_text="what it takes off at most; 0 of a freight coupon is the whole freight"
    )
    rate_bp = models.PositiveIntegerField(
        _("减免比例（万分比）"), default=0, help_text="of a percentage: what it takes off"
    )
    cap_fen = models.PositiveIntegerField(
        _("最多减（分）"), null=True, help_text="of a percentage: never more than this"
    )
    threshold_fen = models.PositiveIntegerField(_("门槛（分）"), default=0, help_text="of the goods it is good for")
    total = models.PositiveIntegerField(_("总量"), null=True, help_text="none: as many as are asked for")
    per_person = models.PositiveIntegerField(_("每人限领"), default=1)
    issued = models.PositiveIntegerField(_("已发放"), default=0, editable=False)
    claimable = models.BooleanField(_("可自行领取"), default=False)
    opens_at = models.DateTimeField(_("开始发放"))
    closes_at = models.DateTimeField(_("停止发放"), null=True)
    valid_from = models.DateTimeField(_("可用开始"), null=True)
    valid_until = models.DateTimeField(_("可用截止"), null=True)
    valid_days = models.PositiveIntegerField(_("领取后有效天数"), null=True)
    stacks = models.BooleanField(_("可与满减同用"), default=True)
    returns_on_refund = models.BooleanField(_("退款后退还"), default=True)
    made_at = models.DateTimeField(_("创建时间"))

    objects = CouponTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("优惠券")
        constraints = [
            models.CheckConstraint(
                condition=Q(total__isnull=True) | Q(issued__lte=F("total")), name="coupons_never_more_than_total"
            ),
            models.CheckConstraint(condition=Q(per_person__gt=0), name="coupon_for_somebody"),
            models.CheckConstraint(
                condition=Q(merchant__isnull=True, funder=Funder.PLATFORM)
                | Q(merchant__isnull=False, funder=Funder.MERCHANT),
                name="coupon_maker_pays",
            ),
            models.CheckConstraint(
                condition=Q(kind=CouponKind.THRESHOLD, amount_fen__gt=0, threshold_fen__gte=F("amount_fen"), rate_bp=0)
                | Q(kind=CouponKind.PERCENTAGE, amount_fen=0, rate_bp__gt=0, rate_bp__lt=10_000)
                | Q(kind=CouponKind.PLAIN, amount_fen__gt=0, threshold_fen=0, rate_bp=0)
                | Q(kind=CouponKind.FREIGHT, rate_bp=0),
                name="coupon_kind_whole",
            ),
            models.CheckConstraint(
                condition=Q(cap_fen__isnull=True) | Q(kind=CouponKind.PERCENTAGE, cap_fen__gt=0),
                name="coupon_cap_of_percentage",
            ),
            models.CheckConstraint(
                condition=Q(valid_days__isnull=True, valid_from__lt=F("valid_until"))
                | Q(valid_days__gt=0, valid_from__isnull=True, valid_until__isnull=True),
                name="coupon_valid_fixed_or_days",
            ),
            models.CheckConstraint(
                condition=Q(closes_at__isnull=True) | Q(closes_at__gt=F("opens_at")), name="coupon_window_whole"
            ),
        ]
        indexes = [
            models.Index(fields=["merchant", "-id"], name="coupon_template_of_merchant"),
            models.Index(
                fields=["closes_at", "id"],
                name="coupon_template_closing",
                condition=Q(claimable=True, status="active", closes_at__isnull=False),
            ),
            models.Index(
                fields=["-id"],
                name="coupon_template_open_end",
                condition=Q(claimable=True, status="active", closes_at__isnull=True),
            ),
            models.Index(
                fields=["merchant", "opens_at"],
                name="coupon_template_claimable",
                condition=Q(claimable=True, status="active"),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class CouponScope(models.Model):
    """One thing a coupon is tied to, by its public code where it has one."""

    template = models.ForeignKey(CouponTemplate, models.CASCADE, related_name="scopes")
    kind = models.CharField(max_length=10, choices=ScopeKind.choices)
    key = models.CharField(max_length=20, blank=True, help_text="which one; newcomers need none")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["template", "kind", "key"], name="coupon_scope_once"),
            models.CheckConstraint(
                condition=Q(kind=ScopeKind.NEWCOMER, key="") | (~Q(kind=ScopeKind.NEWCOMER) & ~Q(key="")),
                name="coupon_scope_whole",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}".strip()
