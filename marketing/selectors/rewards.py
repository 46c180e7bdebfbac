"""What people were given for what, and what the programmes promise."""

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from accounts.models import User
from marketing.models import CouponTemplate, ReferralProgramme, Reward, WelcomeProgramme, WelcomeSeen
from marketing.promoting import yuan
from marketing.states import RewardKind, RewardStatus, Side

WELCOME_SHOWN = dt.timedelta(days=14)


@dataclass(frozen=True)
class Earned:
    """What somebody got for inviting: so often, so much money, so many points and coupons."""

    times: int = 0
    cash_fen: int = 0
    points: int = 0
    coupons: int = 0


@dataclass(frozen=True)
class Promise:
    """A programme in words. `worth_fen` is what a newcomer gets, as money, if that can be said."""

    programme: ReferralProgramme
    inviter: str
    invitee: str
    worth_fen: int


def running_promises(now: dt.datetime) -> list[Promise]:
    """The programmes that whoever registers now comes under."""
    running = ReferralProgramme.objects.running(now).select_related("inviter_coupon", "invitee_coupon")
    return [
        Promise(
            one,
            inviter=gift_in_words([one.inviter_coupon], one.inviter_points, one.inviter_cash_fen),
            invitee=gift_in_words([one.invitee_coupon], one.invitee_points, one.invitee_cash_fen),
            worth_fen=one.invitee_cash_fen + (one.invitee_coupon.amount_fen if one.invitee_coupon else 0),
        )
        for one in running.order_by("pk")
    ]


def gift_in_words(coupons: Sequence[CouponTemplate | None], points: int, cash_fen: int = 0) -> str:
    """¥5 现金、优惠券「满 20 减 5」、20 积分."""
    parts = [_("%(amount)s 现金") % {"amount": yuan(cash_fen)}] if cash_fen else []
    parts += [_("优惠券「%(name)s」") % {"name": coupon.name} for coupon in coupons if coupon]
    parts += [_("%(count)s 积分") % {"count": points}] if points else []
    return _("、").join(parts)


def rewards_of(user: User) -> QuerySet[Reward]:
    """Everything somebody was rewarded for, the newest first."""
    return Reward.objects.of(user).prefetch_related("coupons").order_by("-pk")


def earned_by_inviting(user: User) -> Earned:
    """The sums of what was granted."""
    granted = Reward.objects.of(user).filter(side=Side.INVITER, status=RewardStatus.GRANTED)
    sums = granted.aggregate(
        times=Count("pk"), cash_fen=Coalesce(Sum("cash_fen"), 0), points=Coalesce(Sum("points"), 0)
    )
    coupons = granted.aggregate(coupons=Count("coupons", filter=Q(coupons__isnull=False)))
    return Earned(**sums, **coupons)


def rewards_by_invitee(user: User) -> dict[int, list[Reward]]:
    """What somebody gets for each person they brought, by that person's id."""
    found: defaultdict[int, list[Reward]] = defaultdict(list)
    for reward in rewards_of(user).filter(side=Side.INVITER):
        if reward.invitee_id is not None:
            found[reward.invitee_id].append(reward)
    return dict(found)


def reward_in_words(reward: Reward) -> str:
    """What it consists of."""
    return gift_in_words(list(reward.coupons.all()), reward.points, reward.cash_fen)


def welcome_to_show(user: User, now: dt.datetime) -> Reward | None:
    """The gift of somebody who has just come and has not put its card away."""
    if now - user.joined_at > WELCOME_SHOWN:
        return None
    mine = rewards_of(user).filter(kind=RewardKind.WELCOME, status=RewardStatus.GRANTED)
    return mine.exclude(user__in=WelcomeSeen.objects.values("user")).first()


def welcome_promised(now: dt.datetime) -> str:
    """What whoever registers now will find; empty without a programme."""
    programme = WelcomeProgramme.objects.running(now).order_by("pk").first()
    return gift_in_words(list(programme.coupons.order_by("pk")), programme.points) if programme else ""


def birthday_template(amount_fen: int) -> CouponTemplate | None:
    """The platform's coupon that birthdays of this amount have brought before."""
    named = Reward.objects.filter(kind=RewardKind.BIRTHDAY).values("coupons")
    active = CouponTemplate.objects.active().filter(merchant=None, pk__in=named, amount_fen=amount_fen)
    return active.order_by("pk").first()
