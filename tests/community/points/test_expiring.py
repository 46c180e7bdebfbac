"""H6: points last a year; what is spent is the oldest."""

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from community.models import PointsEntry
from community.services.points.expiring import expire_due
from tests.community.points.reading import owed_fen, points_of
from tests.factories.accounts import make_user
from tests.factories.members import give_points, take_points

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_broken")]
DAY = dt.timedelta(days=1)
YEAR = 365 * DAY


def test_what_was_not_spent_in_a_year_is_gone(now: dt.datetime) -> None:
    """H6: of 100 points 30 were spent; after a year the 70 go, and the newer 50 stay another day."""
    alice = make_user()
    give_points(alice, 100, now=now)
    give_points(alice, 50, now=now + DAY)
    take_points(alice, 30, now=now + 2 * DAY)
    assert expire_due(now=now + YEAR - DAY) == 0
    assert expire_due(now=now + YEAR) == 1
    assert points_of(alice) == (50, 0, 0)
    assert owed_fen() == 50
    assert expire_due(now=now + YEAR) == 0
    assert expire_due(now=now + YEAR + DAY) == 1
    assert points_of(alice) == (0, 0, 0)
    assert list(PointsEntry.objects.filter(kind="expired").order_by("pk").values_list("delta", flat=True)) == [-70, -50]


def test_what_was_spent_has_used_up_the_oldest(now: dt.datetime) -> None:
    """H6: 120 of 150 spent: nothing of the first 100 is left to expire, and of the rest 30."""
    alice = make_user()
    give_points(alice, 100, now=now)
    give_points(alice, 50, now=now + DAY)
    take_points(alice, 120, now=now + 2 * DAY)
    expire_due(now=now + YEAR)
    assert points_of(alice) == (30, 0, 0)
    expire_due(now=now + YEAR + DAY)
    assert points_of(alice) == (0, 0, 0)


def test_a_debt_does_not_expire(now: dt.datetime) -> None:
    """H6: who owes 20 owes them still."""
    alice = make_user()
    give_points(alice, 100, now=now)
    take_points(alice, 120, now=now)
    expire_due(now=now + YEAR)
    assert points_of(alice) == (0, 0, 20)


def test_many_expire_at_once(now: dt.datetime, django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    """H6: the night's work does not grow with the people."""
    for index in range(20):
        give_points(make_user(name=f"邻居{index}"), 10, now=now)
    with django_assert_max_num_queries(20):
        assert expire_due(now=now + YEAR, limit=20) == 20
    assert owed_fen() == 0
