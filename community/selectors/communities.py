"""Reading communities: which there are, who lives there, which pick-up points serve them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from math import cos, radians
from typing import Any

from django.db import DEFAULT_DB_ALIAS
from django.db.models import BigIntegerField, Count, ExpressionWrapper, F, FloatField, Q, QuerySet, Value

from accounts.models import User
from accounts.regions import district
from common.geo import distance_metres
from common.prepared import Prepared, Slot
from common.searching import matches
from community.errors import NoSuchCommunity
from community.models import Community, Membership
from orders.models import PickupPoint

MOST_LISTED = 60
Position = tuple[Decimal, Decimal]
LIVES_THERE = Q(memberships__left_at__isnull=True)


@dataclass(frozen=True)
class ListedCommunity:
    """A community to choose; `metres` away where a position is known."""

    community: Community
    members: int
    district: str
    metres: int | None


def active() -> QuerySet[Community]:
    """Those one may choose, by district and name."""
    return Community.objects.active().order_by("region_code", "name", "pk")


def active_community(code: str) -> Community:
    """One that may be chosen. Raises NoSuchCommunity."""
    community = Community.objects.active().filter(code=code).first()
    if community is None:
        raise NoSuchCommunity
    return community


def community_of(user: User) -> Community | None:
    """Where somebody lives; None before they chose, and when their community was closed."""
    found = _home.one(user_id=user.pk)
    return None if found is None else Community.from_db(DEFAULT_DB_ALIAS, list(found), list(found.values()))


def _written() -> QuerySet[Community, dict[str, Any]]:
    lives_there = Q(memberships__user=Slot("user_id", BigIntegerField()), memberships__left_at__isnull=True)
    columns = [field.attname for field in Community._meta.concrete_fields]
    return Community.objects.active().filter(lives_there).values(*columns)


_home = Prepared(_written)


def point_ids_of(community: Community) -> list[int]:
    """The pick-up points in use that serve a community."""
    return list(points_of(community).values_list("pk", flat=True))


def points_of(community: Community) -> QuerySet[PickupPoint]:
    """The pick-up points in use that serve a community, by name, with their leaders."""
    points = PickupPoint.objects.in_use().filter(communities=community)
    return points.select_related("leader", "merchant").order_by("name", "pk")


def members_count(community: Community) -> int:
    """How many neighbours live there now."""
    return Membership.objects.filter(community=community, left_at__isnull=True).count()


def listed(*, search: str = "", near: Position | None = None, limit: int = MOST_LISTED) -> list[ListedCommunity]:
    """Communities to choose from: the nearest first where a position is known, by district and name otherwise."""
    found = active().filter(matches(search))
    if near is not None:
        found = found.alias(away=_flat_distance(near)).order_by("away", "pk")
    found = found.annotate(members=Count("memberships", filter=LIVES_THERE))
    return list(_listed(found[:limit], near))


def _listed(communities: Iterable[Community], near: Position | None) -> Iterable[ListedCommunity]:
    for community in communities:
        region = district(community.region_code)
        yield ListedCommunity(
            community=community,
            members=community.members,  # type: ignore[attr-defined]
            district=region.words if region else "",
            metres=None if near is None else distance_metres(near, (community.latitude, community.longitude)),
        )


def _flat_distance(near: Position) -> ExpressionWrapper:
    """Good for an order among neighbours: squared degrees, the circles of longitude drawn as narrow as they are."""
    latitude, longitude = float(near[0]), float(near[1])
    north = F("latitude") - Value(latitude, FloatField())
    east = (F("longitude") - Value(longitude, FloatField())) * Value(cos(radians(latitude)), FloatField())
    return ExpressionWrapper(north * north + east * east, output_field=FloatField())


def by_district(communities: Sequence[ListedCommunity]) -> dict[str, list[ListedCommunity]]:
    """The same, under the name of their district."""
    districts: dict[str, list[ListedCommunity]] = {}
    for entry in communities:
        districts.setdefault(entry.district, []).append(entry)
    return districts
