"""J1: what changes while a day is being counted is counted by the next sweep."""

import datetime as dt
from collections.abc import Callable
from threading import Event

import pytest

from accounts.models import User
from analytics.models import MerchantDay, StaleDay
from analytics.services import folding
from analytics.services.folding import fold_stale
from analytics.services.marking import mark_orders
from campaigns.models import Campaign
from tests.factories.accounts import make_user
from tests.factories.campaigns import join_and_pay, make_open
from tests.parallel import PATIENCE, at_once

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("scripted_gateway"),
]


@pytest.fixture
def race(monkeypatch: pytest.MonkeyPatch) -> Callable[[bool], None]:
    """The sweep has counted one order and not committed when a second one is paid and marks the same day."""

    def run(waits: bool) -> None:
        campaign, second = make_open(), make_user(name="Bob")
        mark_orders([join_and_pay(make_user(name="Alice"), campaign).pk])
        counted, paid = Event(), Event()
        count_day = folding.count_day

        def count_slowly(day: dt.date, shops: list[int]) -> None:
            count_day(day, shops)
            counted.set()
            assert paid.wait(PATIENCE)

        monkeypatch.setattr(folding, "count_day", count_slowly)
        at_once(2, lambda index: _pay(campaign, second, counted, paid, waits) if index else fold_stale())
        monkeypatch.setattr(folding, "count_day", count_day)

    return run


def _pay(campaign: Campaign, buyer: User, counted: Event, paid: Event, waits: bool) -> None:
    """Behind the guard a mark waits until the sweep has committed; without it nothing holds it up."""
    assert counted.wait(PATIENCE)
    order = join_and_pay(buyer, campaign)
    if waits:
        paid.set()
    mark_orders([order.pk])
    paid.set()


def orders() -> int:
    return MerchantDay.objects.get().orders


def test_an_order_paid_while_its_day_is_counted_marks_it_anew(race: Callable[[bool], None]) -> None:
    """J1: the mark is taken before the first look, so whoever comes later leaves another."""
    race(True)
    assert StaleDay.objects.count() == 1
    fold_stale()
    assert orders() == 2


@pytest.mark.counter_test
def test_taking_the_mark_afterwards_would_lose_the_order(
    race: Callable[[bool], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The counter-test: with the mark taken after the count, Bob's finds the old one still there, and both are gone."""

    def count_then_take(day: dt.date) -> bool:
        folding.count_day(day, list(StaleDay.objects.filter(day=day).values_list("merchant", flat=True)))
        StaleDay.objects.filter(day=day).delete()
        return True

    monkeypatch.setattr(folding, "_fold", count_then_take)
    race(False)
    fold_stale()
    assert orders() == 1
