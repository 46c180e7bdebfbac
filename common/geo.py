"""Distances on the earth, in metres."""

from decimal import Decimal
from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_METRES = 6_371_009


def distance_metres(here: tuple[Decimal, Decimal], there: tuple[Decimal, Decimal]) -> int:
    """How far two points (latitude, longitude) in degrees lie apart, as the crow flies (haversine)."""
    (from_latitude, from_longitude), (to_latitude, to_longitude) = (
        tuple(radians(angle) for angle in point) for point in (here, there)
    )
    north = sin((to_latitude - from_latitude) / 2) ** 2
    east = sin((to_longitude - from_longitude) / 2) ** 2
    return round(2 * EARTH_RADIUS_METRES * asin(sqrt(north + cos(from_latitude) * cos(to_latitude) * east)))
