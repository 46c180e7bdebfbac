"""Where the goods of a campaign can be fetched, the nearest first."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.db.models import prefetch_related_objects

from common.geo import distance_metres
from community.models import Community
from orders.models import PickupPoint

Position = tuple[Decimal, Decimal]
LISTED = 4


@dataclass(frozen=True)
class Place:
    """A pick-up point, and how many metres it is away where that can be said."""

    point: PickupPoint
    metres: int | None


def position(text: str) -> Position | None:
    """Latitude and longitude as a browser sends them, "30.2741,120.1551"; None for anything else."""
    try:
        latitude, longitude = (Decimal(part) for part in text.split(",", maxsplit=1))
    except (InvalidOperation, ValueError):
        return None
    on_earth = latitude.is_finite() and longitude.is_finite() and abs(latitude) <= 90 and abs(longitude) <= 180
    return (latitude, longitude) if on_earth else None


def position_of(community: Community | None) -> Position | None:
    """The middle of a community."""
    return (community.latitude, community.longitude) if community else None


def nearest_first(points: Iterable[PickupPoint], here: Position | None) -> list[Place]:
    """The points by distance, those that nobody put on the map last; with their leaders, in one query."""
    found = list(points)
    prefetch_related_objects(found, "leader")
    places = [Place(point, _metres(point, here)) for point in found]
    return sorted(places, key=lambda place: (place.metres is None, place.metres or 0, place.point.name))


def _metres(point: PickupPoint, here: Position | None) -> int | None:
    if here is None or point.latitude is None or point.longitude is None:
        return None
    return distance_metres(here, (point.latitude, point.longitude))
