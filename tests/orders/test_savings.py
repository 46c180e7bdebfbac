"""What buying together saved: counted from what was charged, never promised."""

import datetime as dt

import pytest

from campaigns.services.leaving import withdraw
from campaigns.services.settling import settle
from orders.selectors.savings import Savings, savings_of
from tests.factories.accounts import make_user
from tests.factories.campaigns import fill, join_and_pay, make_open

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]
DAY = dt.timedelta(days=1)


def test_alice_saved_what_she_did_not_pay(now: dt.datetime) -> None:
    """D2: two pieces at ¥39.90 alone, ¥29.90 paid, ¥26.90 in the end: ¥26.00 saved, ¥6.00 of it came back."""
    alice, campaign = make_user(), make_open(now=now)
    join_and_pay(alice, campaign, 2, now=now)
    fill(campaign, 3, now=now)
    assert savings_of(alice) == Savings(saved_fen=0, returned_fen=0, orders=0)

    settle(campaign_id=campaign.pk, now=now + DAY)

    assert savings_of(alice) == Savings(saved_fen=2600, returned_fen=600, orders=1)
    assert savings_of(make_user(name="Bob")) == Savings(saved_fen=0, returned_fen=0, orders=0)


def test_an_order_taken_back_saved_nothing(now: dt.datetime) -> None:
    alice, campaign = make_user(), make_open(now=now)
    order = join_and_pay(alice, campaign, 2, now=now)
    withdraw(buyer=alice, order=order, now=now)
    settle(campaign_id=campaign.pk, now=now + DAY)
    assert savings_of(alice).orders == 0
