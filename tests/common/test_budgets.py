"""How often is counted in the database, exactly, also when everybody asks at once."""

import datetime as dt

import pytest

from common.budgets import take
from common.models import Budget
from tests.parallel import at_once

NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


def spend(key="alice", *, limit=3, now=NOW):
    return take("texts", key, limit=limit, window=HOUR, now=now)


@pytest.mark.django_db
def test_three_are_given_and_the_fourth_is_not():
    assert [spend() for _try in range(5)] == [True, True, True, False, False]
    assert Budget.objects.get().count == 3


@pytest.mark.django_db
def test_the_next_window_begins_anew_and_bob_has_his_own():
    for _try in range(3):
        spend()
    assert not spend(now=NOW + HOUR - dt.timedelta(seconds=1))
    assert spend(now=NOW + HOUR)
    assert spend("bob")


@pytest.mark.django_db
def test_a_budget_of_nothing_gives_nothing():
    assert not spend(limit=0)
    assert not Budget.objects.exists()


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_fifty_at_once_get_what_there_is():
    assert at_once(50, lambda _index: spend(limit=10)).count(True) == 10


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_reading_first_and_writing_later_gives_too_much():
    Budget.objects.create(scope="texts", key="alice", window_starts_at=NOW)
    seen = [Budget.objects.get() for _copy in range(20)]

    def careless(index):
        if seen[index].count >= 1:
            return False
        Budget.objects.filter(pk=seen[index].pk).update(count=seen[index].count + 1)
        return True

    assert at_once(20, careless).count(True) > 1
