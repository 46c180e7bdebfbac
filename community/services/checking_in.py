"""H5: a tap a day. Each day counts once, and a week without a gap earns something on top."""

import datetime as dt

from django.conf import settings
from django.db import transaction

from accounts.models import User
from common.clock import day_of
from community.models import CheckIn
from community.services.points.rewarding import reward
from community.states import PointsKind

WEEK = 7


@transaction.atomic
def check_in(*, user: User, now: dt.datetime) -> CheckIn:
    """Be here today; tapped again, or by two hands at once, it is the same check-in and its points are given once."""
    today = day_of(now)
    before = CheckIn.objects.filter(user=user, day=today - dt.timedelta(days=1)).first()
    streak = before.streak + 1 if before else 1
    checked_in, is_new = CheckIn.objects.get_or_create(user=user, day=today, defaults={"streak": streak})
    if is_new:
        source = f"{user.code}:{today.isoformat()}"
        reward(user_id=user.pk, kind=PointsKind.CHECK_IN, amount=points_for(streak), source=source, now=now)
    return checked_in


def points_for(streak: int) -> int:
    """What the last of so many days in a row earns."""
    bonus = settings.POINTS_FOR_SEVENTH_DAY if streak % WEEK == 0 else 0
    return settings.POINTS_FOR_CHECK_IN + bonus
