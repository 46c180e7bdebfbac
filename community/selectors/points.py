"""H6: what somebody has of points, where each came from, and what is about to go."""

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q, QuerySet, Sum

from accounts.models import User
from common.clock import day_of
from community.models import CheckIn, PointsAccount, PointsEntry
from community.states import PointsStatus

SOON = dt.timedelta(days=30)
WEEK = 7


@dataclass(frozen=True)
class CheckInDay:
    """A day of the last week, and whether somebody was here."""

    day: dt.date
    is_done: bool


@dataclass(frozen=True)
class CheckIns:
    """The last seven days up to today; `streak` days in a row, counting today or up to yesterday."""

    days: list[CheckInDay]
    streak: int
    is_done: bool


def points_of(user: User) -> PointsAccount:
    """Somebody's account; who never earned any has an empty one that is not kept."""
    return PointsAccount.objects.filter(user=user).first() or PointsAccount(user=user)


def entries_of(user: User) -> QuerySet[PointsEntry]:
    """Every line, newest first."""
    return PointsEntry.objects.filter(user=user).order_by("-pk")


def expiring(account: PointsAccount, *, now: dt.datetime) -> int:
    """How many points expire within thirty days if nothing is spent until then."""
    entries = PointsEntry.objects.filter(user_id=account.user_id, status=PointsStatus.SPENDABLE)
    sums = entries.aggregate(
        old=Sum("delta", filter=Q(expires_at__lte=now + SOON)), taken=Sum("delta", filter=Q(delta__lt=0))
    )
    return max(0, min(account.balance, (sums["old"] or 0) + (sums["taken"] or 0)))


def check_ins_of(user: User, *, now: dt.datetime) -> CheckIns:
    """Somebody's week. One query."""
    today = day_of(now)
    days = [today - dt.timedelta(days=back) for back in reversed(range(WEEK))]
    made = {each.day: each.streak for each in CheckIn.objects.filter(user=user, day__gte=days[0])}
    streak = made.get(today) or made.get(today - dt.timedelta(days=1), 0)
    return CheckIns([CheckInDay(day, day in made) for day in days], streak, today in made)
