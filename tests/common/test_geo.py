"""Distances on the earth."""

from decimal import Decimal

from common.geo import distance_metres

WEST_LAKE = (Decimal("30.250000"), Decimal("120.150000"))


def test_nowhere_is_far_from_itself() -> None:
    assert distance_metres(WEST_LAKE, WEST_LAKE) == 0


def test_one_degree_of_latitude_is_111_kilometres() -> None:
    assert distance_metres(WEST_LAKE, (Decimal("31.25"), Decimal("120.15"))) == 111_195


def test_a_degree_of_longitude_shrinks_with_the_latitude() -> None:
    assert distance_metres(WEST_LAKE, (Decimal("30.25"), Decimal("121.15"))) == 96_054


def test_both_ways_are_equally_long() -> None:
    hangzhou_east = (Decimal("30.29"), Decimal("120.21"))
    assert distance_metres(WEST_LAKE, hangzhou_east) == distance_metres(hangzhou_east, WEST_LAKE)
