"""A neighbour belongs to one community at a time; moving in somewhere else ends the old membership."""

import datetime as dt

from django.db import transaction

from accounts.models import User
from community.errors import CommunityClosed
from community.models import Community, Membership


@transaction.atomic
def move_in(*, user: User, community: Community, now: dt.datetime) -> Membership:
    """Belong to this community from now on; who belongs to it already stays as they are. Raises CommunityClosed."""
    _lock_person(user)
    if not Community.objects.active().filter(pk=community.pk).exists():
        raise CommunityClosed
    current = Membership.objects.filter(user=user, left_at__isnull=True).first()
    if current is None:
        return Membership.objects.create(user=user, community=community, joined_at=now)
    if current.community_id == community.pk:
        return current
    # Clocks of two processes may differ by a breath: nobody leaves before they came.
    current.left_at = max(now, current.joined_at)
    current.save(update_fields=["left_at"])
    return Membership.objects.create(user=user, community=community, joined_at=current.left_at)


def _lock_person(user: User) -> None:
    """Two taps of one person come one after the other."""
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
