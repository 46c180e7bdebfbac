from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from catalog.models import Sku
from community.states import BenefitKind


class MemberTier(models.Model):
    """A step of membership. It is reached by any one of its thresholds; one that is empty leads nowhere."""

    code = models.SlugField(_("代码"), max_length=20, unique=True)
    name = models.CharField(_("名称"), max_length=20)
    rank = models.PositiveSmallIntegerField(_("级别"), unique=True, help_text=_("0 是人人都有的一级，数字越大级别越高"))
    spend_fen_12m = models.PositiveIntegerField(_("近12个月消费（分）"), null=True, blank=True)
    growth = models.PositiveIntegerField(_("成长值"), null=True, blank=True)
    streak_months = models.PositiveSmallIntegerField(_("连续消费月数"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("会员等级")
        constraints = [
            models.CheckConstraint(
                condition=Q(rank=0) | Q(spend_fen_12m__gt=0) | Q(growth__gt=0) | Q(streak_months__gt=0),
                name="tier_can_be_reached",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def shown_name(self) -> str:
        """In the reader's language, where it is one of the tiers that every platform begins with."""
        return gettext(self.name)


class TierBenefit(models.Model):
    """What a tier gives. What `value` counts depends on the kind: basis points, fen, or nothing."""

    tier = models.ForeignKey(MemberTier, models.CASCADE, related_name="benefits", verbose_name=_("会员等级"))
    kind = models.CharField(_("权益"), max_length=20, choices=BenefitKind.choices)
    value = models.PositiveIntegerField(_("数值"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("会员权益")
        constraints = [models.UniqueConstraint(fields=["tier", "kind"], name="benefit_once_per_tier")]

    def __str__(self) -> str:
        return self.get_kind_display()


class MemberStanding(models.Model):
    """Which tier somebody has, since when, and the figures it was judged by."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="member_standing")
    tier = models.ForeignKey(MemberTier, models.PROTECT, related_name="standings", verbose_name=_("会员等级"))
    since = models.DateTimeField(_("起始时间"))
    spend_12m_fen = models.PositiveBigIntegerField(_("近12个月消费（分）"), default=0)
    growth = models.PositiveIntegerField(_("成长值"), default=0)
    streak_months = models.PositiveSmallIntegerField(_("连续消费月数"), default=0)
    reviewed_at = models.DateTimeField(_("统计时间"))
    review_on = models.DateField(
        _("复核日"), null=True, help_text="the tier falls on this day unless it is earned again"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("会员")
        indexes = [
            models.Index(fields=["reviewed_at"], name="standing_reviewed"),
            models.Index(fields=["review_on"], name="standing_at_risk", condition=Q(review_on__isnull=False)),
        ]

    def __str__(self) -> str:
        return str(self.tier)


class MemberPrice(models.Model):
    """What a SKU costs members of a tier and of those above it, set by its merchant."""

    sku = models.ForeignKey(Sku, models.CASCADE, related_name="member_prices")
    tier = models.ForeignKey(MemberTier, models.CASCADE, related_name="member_prices")
    unit_price_fen = models.PositiveIntegerField(_("会员价（分）"))

    class Meta:
        verbose_name = verbose_name_plural = _("会员价")
        constraints = [
            models.UniqueConstraint(fields=["sku", "tier"], name="member_price_once"),
            models.CheckConstraint(condition=Q(unit_price_fen__gt=0), name="member_price_positive"),
        ]

    def __str__(self) -> str:
        return str(self.unit_price_fen)
