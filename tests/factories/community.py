"""Communities as tests need them: each function goes through the services."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import User
from community.models import Community, Membership
from community.services.communities import found_community
from community.services.memberships import move_in
from community.states import CommunityKind
from orders.models import PickupPoint

XIHU = "330106"
HERE = (Decimal("30.272100"), Decimal("120.131200"))


def make_community(name: str = "锦绣花园", *, points: Sequence[PickupPoint] = (), **changes: Any) -> Community:
    """An estate in Hangzhou's 西湖区, served by these pick-up points."""
    fields: dict[str, Any] = {
        "kind": CommunityKind.ESTATE,
        "region_code": XIHU,
        "address": "文三路 1 号",
        "latitude": HERE[0],
        "longitude": HERE[1],
        "actor_id": None,
        "now": timezone.now(),
    }
    return found_community(name=name, points=points, **fields | changes)


def make_member(user: User, community: Community, *, now: dt.datetime | None = None) -> Membership:
    """Somebody who lives there."""
    return move_in(user=user, community=community, now=now or timezone.now())
