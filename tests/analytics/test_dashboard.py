"""J1: what the numbers on the dashboard mean, case by case, at the edges of days and periods."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Merchant
from analytics.figures import Figures
from analytics.selectors.dashboard import daily, sales
from campaigns.models import Campaign
from campaigns.services.cancelling import cancel
from campaigns.services.leaving import withdraw
from campaigns.services.settling import settle
from orders.models import Order
from payments.models import Payment
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import HOUR, fill, join_and_pay, make_open

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]

DAY = dt.timedelta(days=1)
# Half past six in the evening of the 20th, in Shanghai.
NOW = dt.datetime(2090, 5, 20, 10, 30, tzinfo=dt.UTC)
MIDNIGHT = dt.datetime(2090, 5, 19, 16, 0, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def merchant() -> Merchant:
    return make_merchant("果园直发", now=NOW - 100 * DAY)


@pytest.fixture
def campaign(merchant: Merchant) -> Campaign:
    """Open since the day before yesterday until an hour ago; from three pieces on ¥29.90, from five on ¥26.90."""
    return make_open(merchant, now=NOW - 2 * DAY, closes_at=NOW - HOUR)


def sold(campaign: Campaign, at: dt.datetime, pieces: int = 1) -> Order:
    return join_and_pay(make_user(), campaign, pieces, now=at)


def of(merchant: Merchant, days: int = 1) -> Figures:
    return sales(merchant.pk, days=days, now=NOW).now


def earlier(merchant: Merchant, days: int = 1) -> Figures:
    return sales(merchant.pk, days=days, now=NOW).before


def test_a_day_s_orders_pieces_and_average(merchant: Merchant, campaign: Campaign) -> None:
    sold(campaign, NOW - 3 * HOUR, 2)
    sold(campaign, NOW - 2 * HOUR)
    today = of(merchant)
    assert (today.orders, today.pieces) == (2, 3)
    assert (today.paid_fen, today.revenue_fen, today.average_fen) == (2 * 2990 + 2990, 8970, 4485)
    assert (today.success_bp, today.refund_bp) == (None, 0)


def test_nothing_sold_has_no_average_and_no_rates(merchant: Merchant) -> None:
    assert of(merchant) == Figures()
    assert (of(merchant).average_fen, of(merchant).success_bp, of(merchant).refund_bp) == (None, None, None)


@pytest.mark.parametrize(
    ("paid_at", "today", "yesterday"),
    [
        (MIDNIGHT, 1, 0),
        (MIDNIGHT - SECOND, 0, 0),
        (NOW - SECOND, 1, 0),
        (NOW, 0, 0),
        (NOW - DAY, 0, 0),
        (NOW - DAY - SECOND, 0, 1),
        (MIDNIGHT - DAY, 0, 1),
        (MIDNIGHT - DAY - SECOND, 0, 0),
    ],
)
def test_a_day_begins_at_midnight_in_shanghai_and_is_compared_over_the_same_hours(
    merchant: Merchant, campaign: Campaign, paid_at: dt.datetime, today: int, yesterday: int
) -> None:
    """Half-open: what is paid at midnight belongs to the new day, what is paid at this instant to the next look."""
    order = sold(campaign, NOW - 5 * HOUR)
    Order.objects.filter(pk=order.pk).update(paid_at=paid_at)
    assert (of(merchant).orders, earlier(merchant).orders) == (today, yesterday)


def test_a_week_is_today_and_the_six_days_before(merchant: Merchant, campaign: Campaign) -> None:
    order = sold(campaign, NOW - 5 * HOUR)
    for paid_at, this_week, last_week in (
        (MIDNIGHT - 6 * DAY, 1, 0),
        (MIDNIGHT - 6 * DAY - SECOND, 0, 0),
        (NOW - 7 * DAY - SECOND, 0, 1),
        (MIDNIGHT - 13 * DAY, 0, 1),
        (MIDNIGHT - 13 * DAY - SECOND, 0, 0),
    ):
        Order.objects.filter(pk=order.pk).update(paid_at=paid_at)
        assert (of(merchant, 7).orders, earlier(merchant, 7).orders) == (this_week, last_week), paid_at


def test_paid_yesterday_and_left_today_takes_off_today(merchant: Merchant, campaign: Campaign) -> None:
    """The money came yesterday and goes back today; yesterday's page does not change afterwards."""
    order = sold(campaign, NOW - 30 * HOUR)
    withdraw(buyer=order.buyer, order=order, now=NOW - 2 * HOUR)

    assert (of(merchant).paid_fen, of(merchant).refunded_fen, of(merchant).revenue_fen) == (0, 2990, -2990)
    assert of(merchant).refund_bp is None, "nothing was paid today that it could be a part of"
    assert earlier(merchant).revenue_fen == 2990
    assert of(merchant, 7).revenue_fen == 0
    assert of(merchant, 7).refund_bp == 10_000


def test_a_difference_is_less_revenue_and_no_returned_goods(merchant: Merchant, campaign: Campaign) -> None:
    """Five pay ¥29.90, the fifth piece makes it ¥26.90 for all: five times ¥3.00 goes back, and that is no failure."""
    for _person in range(5):
        sold(campaign, NOW - 3 * HOUR)
    settle(campaign_id=campaign.pk, now=NOW - HOUR / 2)
    today = of(merchant)
    assert today.paid_fen == 5 * 2990
    assert today.refunded_fen == 5 * 300
    assert today.revenue_fen == 5 * 2690
    assert (today.returned_fen, today.refund_bp) == (0, 0)
    assert (today.succeeded, today.decided, today.success_bp) == (1, 1, 10_000)


def test_a_missed_campaign_gives_everything_back_and_halves_the_rate(merchant: Merchant, campaign: Campaign) -> None:
    fill(campaign, 3, now=NOW - 3 * HOUR)
    missed = make_open(merchant, now=NOW - 2 * DAY, closes_at=NOW - HOUR)
    sold(missed, NOW - 3 * HOUR)
    for each in (campaign, missed):
        settle(campaign_id=each.pk, now=NOW - HOUR / 2)
    today = of(merchant)
    assert (today.succeeded, today.decided, today.success_bp) == (1, 2, 5_000)
    assert (today.orders, today.paid_fen, today.refunded_fen, today.revenue_fen) == (4, 4 * 2990, 2990, 3 * 2990)
    assert today.refund_bp == 2_500


def test_a_campaign_the_merchant_cancelled_came_to_no_result(merchant: Merchant, campaign: Campaign) -> None:
    """Its money goes back; the rate of success does not know it, the merchant's record does (rule 18)."""
    sold(campaign, NOW - 3 * HOUR)
    cancel(campaign=campaign, actor_id=owner_of(merchant).pk, reason="车坏了", now=NOW - 2 * HOUR)
    settle(campaign_id=campaign.pk, now=NOW - HOUR)
    assert (of(merchant).decided, of(merchant).success_bp, of(merchant).revenue_fen) == (0, None, 0)


def test_money_no_order_took_is_nobody_s_revenue(merchant: Merchant, campaign: Campaign) -> None:
    """A payment that came twice and went back at once is not in the sums, on neither side."""
    order = sold(campaign, NOW - 3 * HOUR)
    withdraw(buyer=order.buyer, order=order, now=NOW - 2 * HOUR)
    Payment.objects.update(applied=False)
    assert of(merchant).refunded_fen == 0


def test_a_rival_s_numbers_are_not_ours(merchant: Merchant) -> None:
    """A5."""
    theirs = make_open(make_merchant("隔壁果园", now=NOW - 9 * DAY), now=NOW - 2 * DAY, closes_at=NOW - HOUR)
    fill(theirs, 3, now=NOW - 3 * HOUR)
    settle(campaign_id=theirs.pk, now=NOW - HOUR / 2)
    assert of(merchant) == Figures()
    assert {(day.paid_fen, day.refunded_fen) for day in daily(merchant.pk, days=7, now=NOW)} == {(0, 0)}


def test_each_day_has_its_bar_and_a_refund_lies_on_its_own_day(merchant: Merchant, campaign: Campaign) -> None:
    order = sold(campaign, MIDNIGHT - SECOND)
    sold(campaign, MIDNIGHT, 2)
    withdraw(buyer=order.buyer, order=order, now=NOW - 2 * HOUR)
    days = daily(merchant.pk, days=3, now=NOW)
    assert [day.date.isoformat() for day in days] == ["2090-05-18", "2090-05-19", "2090-05-20"]
    assert [(day.orders, day.paid_fen, day.refunded_fen, day.revenue_fen) for day in days] == [
        (0, 0, 0, 0),
        (1, 2990, 0, 2990),
        (1, 5980, 2990, 2990),
    ]


def test_the_questions_do_not_grow_with_the_orders(merchant: Merchant, campaign: Campaign) -> None:
    for more in (1, 4):
        fill(campaign, more, now=NOW - 3 * HOUR)
        with CaptureQueriesContext(connection) as asked:
            sales(merchant.pk, days=90, now=NOW)
            daily(merchant.pk, days=90, now=NOW)
        assert len(asked) == 6


def test_longer_than_ninety_days_is_ninety(merchant: Merchant) -> None:
    assert sales(merchant.pk, days=4_000, now=NOW).days == 90
    assert sales(merchant.pk, days=0, now=NOW).days == 1
