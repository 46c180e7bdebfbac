from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from community.states import PointsKind, PointsStatus


class PointsAccount(models.Model):
    """What somebody has of points. All three numbers follow from the entries and are kept for guarded updates.

    What was taken back above the balance is debt: the next earnings pay it before they count.
    """

    user = models.OneToOneField(User, models.PROTECT, primary_key=True, related_name="points_account")
    balance = models.PositiveIntegerField(_("可用积分"), default=0)
    pending = models.PositiveIntegerField(_("待生效积分"), default=0)
    debt = models.PositiveIntegerField(_("待抵扣积分"), default=0)
    next_expiry_at = models.DateTimeField(null=True, help_text="when points may expire next; null while none can")

    class Meta:
        verbose_name = verbose_name_plural = _("积分账户")
        constraints = [
            models.CheckConstraint(condition=Q(balance=0) | Q(debt=0), name="points_debt_only_without_balance")
        ]
        indexes = [
            models.Index(fields=["next_expiry_at"], name="points_expiring", condition=Q(next_expiry_at__isnull=False))
        ]

    def __str__(self) -> str:
        return str(self.balance)


class PointsEntry(models.Model):
    """One line of somebody's points: never changed, but that what is pending becomes spendable or void, once.

    Entries with an expiry are earnings; what is spent, taken back or expired uses up the oldest of them first.
    """

    user = models.ForeignKey(User, models.PROTECT, related_name="points_entries")
    delta = models.IntegerField(_("积分"))
    kind = models.CharField(_("来源"), max_length=10, choices=PointsKind.choices)
    source = models.CharField(max_length=60, help_text="what of this kind it is for; each counts once")
    subject = models.CharField(max_length=40, blank=True, help_text="what it belongs to, e.g. the number of an order")
    status = models.CharField(_("状态"), max_length=10, choices=PointsStatus.choices)
    rate_bp = models.PositiveIntegerField(db_default=10_000, help_text="multiplier of the member's tier, frozen")
    made_at = models.DateTimeField(_("时间"))
    spendable_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(_("过期时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("积分明细")
        constraints = [
            models.UniqueConstraint(fields=["kind", "source"], name="points_once_per_source"),
            models.CheckConstraint(condition=~Q(delta=0), name="points_of_nothing_are_not_written"),
            models.CheckConstraint(
                condition=Q(status="spendable", spendable_at__isnull=False)
                | (~Q(status="spendable") & Q(spendable_at__isnull=True)),
                name="points_spendable_since",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="points_of_person"),
            models.Index(fields=["subject"], name="points_of_subject", condition=~Q(subject="")),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.delta:+d}"


class CheckIn(models.Model):
    """That somebody was here on a day of the house; `streak` days in a row by then."""

    user = models.ForeignKey(User, models.CASCADE, related_name="check_ins")
    day = models.DateField(_("日期"))
    streak = models.PositiveIntegerField(_("连续天数"), default=1)

    class Meta:
        verbose_name = verbose_name_plural = _("签到")
        constraints = [models.UniqueConstraint(fields=["user", "day"], name="check_in_once_a_day")]

    def __str__(self) -> str:
        return str(self.day)
