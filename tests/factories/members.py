"""Members as tests need them: with points, with a tier."""

import datetime as dt

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from campaigns.models import Campaign
from campaigns.services.joining import join
from community.models import MemberStanding, MemberTier, PointsEntry
from community.services.points import award
from community.services.points.accounts import append, locked
from community.states import PointsKind, PointsStatus
from orders.models import Order
from tests.factories.campaigns import choice_of, lines_of

USE_POINTS = {"points": "1"}


def give_points(user: User, amount: int, *, now: dt.datetime | None = None) -> PointsEntry:
    """So many points to spend, each time anew."""
    source = f"{user.pk}:{PointsEntry.objects.count()}"
    return award(user_id=user.pk, kind=PointsKind.GIFT, amount=amount, source=source, now=now or timezone.now())


@transaction.atomic
def take_points(user: User, amount: int, *, now: dt.datetime | None = None) -> PointsEntry:
    """So many points less, whatever there is."""
    at = now or timezone.now()
    entry = PointsEntry(
        user=user,
        delta=-amount,
        kind=PointsKind.SPENT,
        source=f"{user.pk}:{PointsEntry.objects.count()}",
        status=PointsStatus.SPENDABLE,
        made_at=at,
        spendable_at=at,
    )
    return append(locked(user.pk), entry, now=at)


def make_standing(user: User, tier: str, *, now: dt.datetime | None = None) -> MemberStanding:
    """Somebody of this tier ("basic", "silver", "gold", "diamond"), whatever they bought."""
    now = now or timezone.now()
    return MemberStanding.objects.create(user=user, tier=MemberTier.objects.get(code=tier), since=now, reviewed_at=now)


def join_with_points(buyer: User, campaign: Campaign, *quantities: int, now: dt.datetime, token: str = "") -> Order:
    """An order that waits for its payment, and takes as many points as it may."""
    return join(
        buyer=buyer,
        code=campaign.code,
        lines=lines_of(campaign, *quantities),
        fulfilment=choice_of(campaign),
        choices=USE_POINTS,
        quote_token=token,
        now=now,
    )
