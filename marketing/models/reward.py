from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.ids import new_public_code
from common.statemachine import Transitions
from marketing.models.programme import ReferralProgramme
from marketing.models.template import CouponTemplate
from marketing.states import REWARD_TRANSITIONS, RewardKind, RewardStatus, Side


class RewardQuerySet(models.QuerySet["Reward"]):
    def of(self, user: User) -> "RewardQuerySet":
        return self.filter(user=user)


class Reward(models.Model):
    """What somebody is given once for one thing that happened: coupons, points, money. `source` names that thing.

    What it consists of is frozen here. It waits while an operator has to look at it.
    """

    transitions: ClassVar[Transitions] = REWARD_TRANSITIONS

    code = models.CharField(max_length=10, unique=True, default=new_public_code, editable=False)
    source = models.CharField(max_length=80, unique=True, help_text='what it is for, e.g. "welcome:17"; once for ever')
    kind = models.CharField(_("来由"), max_length=10, choices=RewardKind.choices)
    user = models.ForeignKey(User, models.PROTECT, related_name="rewards", verbose_name=_("受益人"))
    programme = models.ForeignKey(ReferralProgramme, models.PROTECT, null=True, related_name="rewards")
    side = models.CharField(_("哪一方"), max_length=10, choices=Side.choices, blank=True)
    invitee = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", verbose_name=_("被邀请人"))
    coupons = models.ManyToManyField(CouponTemplate, related_name="+", blank=True, verbose_name=_("券"))
    points = models.PositiveIntegerField(_("积分"), default=0)
    cash_fen = models.PositiveIntegerField(_("现金（分）"), default=0)
    payer = models.ForeignKey(
        "accounts.Merchant", models.PROTECT, null=True, related_name="+", help_text="who bears it; else the platform"
    )
    status = models.CharField(
        _("状态"), max_length=10, choices=RewardStatus.choices, default=RewardStatus.WAITING, editable=False
    )
    note = models.CharField(_("原因"), max_length=200, blank=True, help_text="why it waits, or why it is void")
    made_at = models.DateTimeField(_("产生于"))
    decided_at = models.DateTimeField(_("发放或作废于"), null=True)

    objects = RewardQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("奖励")
        constraints = [
            models.UniqueConstraint(
                fields=["programme", "invitee", "side"],
                condition=Q(programme__isnull=False),
                name="reward_once_per_side",
            ),
            models.CheckConstraint(
                condition=(Q(kind="referral") & Q(programme__isnull=False, invitee__isnull=False) & ~Q(side=""))
                | (~Q(kind="referral") & Q(programme__isnull=True, invitee__isnull=True, side="")),
                name="reward_of_referral_names_both",
            ),
            models.CheckConstraint(
                condition=~Q(side="invitee") | Q(user=F("invitee")), name="reward_of_invitee_is_theirs"
            ),
            models.CheckConstraint(
                condition=Q(status="waiting", decided_at__isnull=True)
                | (~Q(status="waiting") & Q(decided_at__isnull=False)),
                name="reward_decided_once",
            ),
        ]
        indexes = [
            models.Index(fields=["user", "-id"], name="reward_of_user"),
            models.Index(fields=["programme", "user", "side"], name="reward_of_inviter"),
            models.Index(fields=["id"], name="reward_waiting", condition=Q(status="waiting")),
        ]

    def __str__(self) -> str:
        return self.code
