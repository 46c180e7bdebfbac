import datetime as dt

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.ids import new_public_code
from marketing.models.template import CouponTemplate
from marketing.states import Trigger


class ProgrammeQuerySet(models.QuerySet):
    def running(self, now: dt.datetime) -> "ProgrammeQuerySet":
        """Switched on and inside their window."""
        return self.filter(is_on=True, starts_at__lte=now, ends_at__gt=now)

    def for_who_came(self, at: dt.datetime) -> "ProgrammeQuerySet":
        """Switched on, and promised to whoever registered at that instant."""
        return self.filter(is_on=True, starts_at__lte=at, ends_at__gt=at)


class ReferralProgramme(models.Model):
    """What both get when a neighbour brings a neighbour, and when.

    It is promised to whoever registers inside the window: what they do later still counts, as long as it is on.
    """

    code = models.CharField(max_length=10, unique=True, default=new_public_code, editable=False)
    title = models.CharField(_("名称"), max_length=40)
    trigger = models.CharField(_("什么时候发"), max_length=25, choices=Trigger.choices)
    starts_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("结束时间"))
    is_on = models.BooleanField(_("启用"), default=True)
    most_per_inviter = models.PositiveIntegerField(
        _("每个邀请人最多奖励几次"), null=True, blank=True, help_text=_("空着就是不限")
    )
    inviter_coupon = models.ForeignKey(
        CouponTemplate, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("邀请人得的券")
    )
    inviter_points = models.PositiveIntegerField(_("邀请人得的积分"), default=0)
    inviter_cash_fen = models.PositiveIntegerField(_("邀请人得的现金（分）"), default=0)
    invitee_coupon = models.ForeignKey(
        CouponTemplate, models.PROTECT, null=True, blank=True, related_name="+", verbose_name=_("新邻居得的券")
    )
    invitee_points = models.PositiveIntegerField(_("新邻居得的积分"), default=0)
    invitee_cash_fen = models.PositiveIntegerField(_("新邻居得的现金（分）"), default=0)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("老带新")
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="referral_window"),
            models.CheckConstraint(
                condition=(Q(inviter_coupon__isnull=False) | Q(inviter_points__gt=0) | Q(inviter_cash_fen__gt=0))
                & (Q(invitee_coupon__isnull=False) | Q(invitee_points__gt=0) | Q(invitee_cash_fen__gt=0)),
                name="referral_benefits_both",
            ),
        ]

    def __str__(self) -> str:
        return self.title


class WelcomeProgramme(models.Model):
    """What new members find when they come."""

    title = models.CharField(_("名称"), max_length=40)
    coupons = models.ManyToManyField(CouponTemplate, related_name="+", blank=True, verbose_name=_("送的券"))
    points = models.PositiveIntegerField(_("送的积分"), default=0)
    starts_at = models.DateTimeField(_("开始时间"))
    ends_at = models.DateTimeField(_("结束时间"))
    is_on = models.BooleanField(_("启用"), default=True)

    objects = ProgrammeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("新人礼")
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="welcome_window")]

    def __str__(self) -> str:
        return self.title


class WelcomeSeen(models.Model):
    """That somebody has put away the card that shows them their welcome gift."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="+")
    seen_at = models.DateTimeField()

    def __str__(self) -> str:
        return str(self.user_id)
