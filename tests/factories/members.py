"""Members as tests need them: with points, with a tier."""

import datetime as dt

from django.utils import timezone

from accounts.models import User
from community.models import MemberStanding, MemberTier, PointsEntry
from community.services.points import award
from community.states import PointsKind


def give_points(user: User, amount: int, *, now: dt.datetime | None = None) -> PointsEntry:
    """So many points to spend, each time anew."""
    source = f"{user.pk}:{PointsEntry.objects.count()}"
    return award(user_id=user.pk, kind=PointsKind.GIFT, amount=amount, source=source, now=now or timezone.now())


def make_standing(user: User, tier: str, *, now: dt.datetime | None = None) -> MemberStanding:
    """Somebody of this tier ("basic", "silver", "gold", "diamond"), whatever they bought."""
    now = now or timezone.now()
    return MemberStanding.objects.create(user=user, tier=MemberTier.objects.get(code=tier), since=now, reviewed_at=now)
