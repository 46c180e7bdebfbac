"""Birthday coupons: whoever told their birthday and has a tier that gives one gets it on the day, once a year."""

import calendar
import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.advisory import lock
from community.models import MemberStanding
from community.states import BenefitKind
from marketing.models import CouponTemplate, Reward
from marketing.plans import CouponPlan
from marketing.selectors.rewards import birthday_template
from marketing.services.rewards.granting import Benefit, Occasion, reward
from marketing.services.templates import create_template
from marketing.states import CouponKind, RewardKind

VALID_DAYS = 30
MOST_AT_ONCE = 1_000
LEAP_DAY = "02-29"


def congratulate(*, now: dt.datetime) -> int:
    """Give today's children their coupons; returns how many. Whatever was missed today is made up today."""
    today = timezone.localtime(now).date()
    due = _due(today)
    for user_id, amount_fen in due:
        _give(user_id, amount_fen, year=today.year, now=now)
    return len(due)


@transaction.atomic
def _give(user_id: int, amount_fen: int, *, year: int, now: dt.datetime) -> None:
    """One after the other, so that the first coupon of an amount is made once."""
    lock("birthday-coupon")
    occasion = Occasion(RewardKind.BIRTHDAY, f"birthday:{year}:{user_id}")
    reward(user_id=user_id, occasion=occasion, benefit=Benefit((_template(amount_fen, now=now),)), now=now)


def _due(today: dt.date) -> list[tuple[int, int]]:
    """Who has not had this year's yet, and what their tier gives, in fen."""
    had = Reward.objects.filter(kind=RewardKind.BIRTHDAY, source__startswith=f"birthday:{today.year}:")
    born = MemberStanding.objects.filter(
        user__in=User.objects.filter(birthday__in=_days(today), is_active=True),
        tier__benefits__kind=BenefitKind.BIRTHDAY_COUPON,
        tier__benefits__value__gt=0,
    )
    waiting = born.exclude(user__in=had.values("user")).annotate(fen=F("tier__benefits__value")).order_by("user")
    return list(waiting.values_list("user", "fen")[:MOST_AT_ONCE])


def _days(today: dt.date) -> list[str]:
    """Who was born on a leap day celebrates on the day before, where the year has none."""
    days = [f"{today:%m-%d}"]
    if days == ["02-28"] and not calendar.isleap(today.year):
        days.append(LEAP_DAY)
    return days


def _template(amount_fen: int, *, now: dt.datetime) -> CouponTemplate:
    """The platform's birthday coupon of this amount: the one there is, or a new one."""
    found = birthday_template(amount_fen)
    if found is not None:
        return found
    plan = CouponPlan(
        name=_("生日券"),
        kind=CouponKind.PLAIN,
        amount_fen=amount_fen,
        per_person=100,
        opens_at=now,
        valid_days=VALID_DAYS,
    )
    return create_template(merchant=None, plan=plan, actor_id=None, now=now)
