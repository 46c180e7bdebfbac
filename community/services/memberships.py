"""A neighbour belongs to one community at a time; moving in somewhere else ends the old membership."""

import datetime as dt

from django.db import transaction

from accounts.models import User
from common import events
from community.errors import CommunityClosed
from community.events import MemberJoined
from community.models import Community, Membership


@transaction.atomic
def move_in(*, user: User, community: Community, now: dt.datetime) -> Membership:
    """Belong to this community from now on; who belongs to it already stays as they are. Raises CommunityClosed."""
    _lock_person(user)
    if not Community.objects.active().filter(pk=community.pk).exists():
        raise CommunityClosed
    current = Membership.objects.filter(user=user, left_at__isnull=True).first()
    if current is None:
        return _join(user, community, now)
    if current.community_id == community.pk:
        return current
    # Clocks of two processes may differ by a breath: nobody leaves before they came.
    current.left_at = max(now, current.joined_at)
    current.save(update_fields=["left_at"])
    return _join(user, community, current.left_at)


def _join(user: User, community: Community, at: dt.datetime) -> Membership:
    is_first = not Membership.objects.filter(user=user).exists()
    membership = Membership.objects.create(user=user, community=community, joined_at=at)
    events.publish(MemberJoined(membership_id=membership.pk, user_id=user.pk, first=is_first))
    return membership


def _lock_person(user: User) -> None:
    """Two taps of one person come one after the other."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
