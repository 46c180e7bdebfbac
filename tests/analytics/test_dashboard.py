"""J1: what the numbers on the dashboard mean, case by case, at the edges of days and periods."""

import datetime as dt
from collections.abc import Sequence

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import Merchant
from analytics.figures import Figures
from analytics.models import MerchantCourse, MerchantDay
from analytics.selectors.dashboard import Day, dashboard
from analytics.services.folding import fold_stale, rebuild
from analytics.services.marking import mark
from campaigns.models import Campaign
from campaigns.services.cancelling import cancel
from campaigns.services.leaving import withdraw
from campaigns.services.settling import settle
from common import events
from common.clock import day_of
from orders.models import Order, RefundLine
from orders.services.ending import cancel_unpaid
from orders.services.paying import start_payment
from payments.models import Refund
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import HOUR, fill, join_and_pay, join_as, make_open, pay
from tests.fixtures.gateways import NAME, capture

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
    return dashboard(merchant.pk, days=days, now=NOW).sales.now


def earlier(merchant: Merchant, days: int = 1) -> Figures:
    return dashboard(merchant.pk, days=days, now=NOW).sales.before


def daily(merchant: Merchant, days: int) -> Sequence[Day]:
    return dashboard(merchant.pk, days=1, charted=days, now=NOW).daily


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
    """It is half past six. The week before ends when that hour began, which in a week is next to nothing."""
    order = sold(campaign, NOW - 5 * HOUR)
    for paid_at, this_week, last_week in (
        (MIDNIGHT - 6 * DAY, 1, 0),
        (MIDNIGHT - 6 * DAY - SECOND, 0, 0),
        (NOW - 7 * DAY - HOUR / 2, 0, 0),
        (NOW - 7 * DAY - HOUR / 2 - SECOND, 0, 1),
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
    """A payment that came after its order was cancelled goes back at once; it is not in the sums, on neither side."""
    order = join_as(make_user(), campaign, now=NOW - 3 * HOUR)
    payment = start_payment(order=order, gateway=NAME, now=NOW - 3 * HOUR)
    cancel_unpaid(order=order, actor_id=order.buyer_id, now=NOW - 2 * HOUR)
    capture(payment, at=NOW - HOUR)
    assert Refund.objects.get().requested_at == NOW - HOUR
    assert of(merchant) == Figures()


def test_a_rival_s_numbers_are_not_ours(merchant: Merchant) -> None:
    """A5."""
    theirs = make_open(make_merchant("隔壁果园", now=NOW - 9 * DAY), now=NOW - 2 * DAY, closes_at=NOW - HOUR)
    fill(theirs, 3, now=NOW - 3 * HOUR)
    settle(campaign_id=theirs.pk, now=NOW - HOUR / 2)
    assert of(merchant) == Figures()
    assert {(day.paid_fen, day.refunded_fen) for day in daily(merchant, 7)} == {(0, 0)}


def test_each_day_has_its_bar_and_a_refund_lies_on_its_own_day(merchant: Merchant, campaign: Campaign) -> None:
    order = sold(campaign, MIDNIGHT - SECOND)
    sold(campaign, MIDNIGHT, 2)
    withdraw(buyer=order.buyer, order=order, now=NOW - 2 * HOUR)
    days = daily(merchant, 3)
    assert [day.date.isoformat() for day in days] == ["2090-05-18", "2090-05-19", "2090-05-20"]
    assert [(day.orders, day.paid_fen, day.refunded_fen, day.revenue_fen) for day in days] == [
        (0, 0, 0, 0),
        (1, 2990, 0, 2990),
        (1, 5980, 2990, 2990),
    ]


def close(now: dt.datetime = NOW) -> None:
    """The nights of the last three weeks have counted them, more than any of these tests looks back."""
    events.drain(now=NOW + 9 * DAY)
    rebuild(since=day_of(now) - 21 * DAY, until=day_of(now), now=now)


@pytest.mark.parametrize("days", [1, 7])
def test_days_that_are_closed_say_the_same_out_of_their_facts(
    merchant: Merchant, campaign: Campaign, days: int
) -> None:
    """J1: counted or read, at every edge: orders at midnight and at this hour, a difference and money back."""
    for number in (0, days - 1, days, 2 * days - 1):
        for moment in (MIDNIGHT, NOW, NOW - SECOND, NOW - HOUR / 2, NOW - HOUR / 2 - SECOND, MIDNIGHT - SECOND):
            order = sold(campaign, NOW - 5 * HOUR, 1 + number % 2)
            Order.objects.filter(pk=order.pk).update(paid_at=moment - number * DAY)
    withdraw(buyer=order.buyer, order=order, now=NOW - 2 * HOUR)
    RefundLine.objects.update(requested_at=NOW - days * DAY - HOUR)
    settle(campaign_id=campaign.pk, now=NOW - HOUR)
    Campaign.objects.update(decided_at=NOW - days * DAY - HOUR)
    events.drain(now=NOW + 9 * DAY)
    counted = dashboard(merchant.pk, days=days, charted=2 * days, now=NOW)
    assert counted.sales.now.orders > 0 < counted.sales.before.refunded_fen
    close()
    assert dashboard(merchant.pk, days=days, charted=2 * days, now=NOW) == counted


def test_a_closed_day_is_read_and_not_counted(merchant: Merchant, campaign: Campaign) -> None:
    """J1: nobody reads the orders of days that are over: what their facts say is shown, right or wrong."""
    sold(campaign, NOW - 30 * HOUR)
    close()
    MerchantDay.objects.filter(day=day_of(NOW - DAY)).update(orders=50)
    sold(campaign, NOW - 2 * HOUR)
    assert [day.orders for day in daily(merchant, 3)] == [0, 50, 1]


def test_how_a_closed_day_went_is_read_by_the_hour_and_not_counted(merchant: Merchant, campaign: Campaign) -> None:
    """J1: nor is it for the day that the week before ends on."""
    order = sold(campaign, NOW - 30 * HOUR, 2)
    Order.objects.filter(pk=order.pk).update(paid_at=NOW - 7 * DAY - HOUR)
    close()
    course = MerchantCourse.objects.get(merchant=merchant)
    assert (course.day, len(course.hours["orders"])) == (day_of(NOW) - 7 * DAY, 24)
    assert course.hours["pieces"] == [0] * 18 + [2] * 6, "half past five in the afternoon, in Shanghai"
    MerchantCourse.objects.update(hours=course.hours | {"orders": [50] * 24})
    assert (earlier(merchant, 7).orders, earlier(merchant, 7).pieces) == (50, 2)
    course.delete()
    assert earlier(merchant, 7).orders == 1, "a day that was closed before courses were kept is counted"


def test_a_course_is_kept_again_when_something_of_its_day_comes_to_light(
    merchant: Merchant, campaign: Campaign
) -> None:
    order = sold(campaign, NOW - 30 * HOUR)
    close()
    Order.objects.filter(pk=order.pk).update(paid_at=NOW - 7 * DAY - HOUR)
    mark([(day_of(NOW) - 7 * DAY, merchant.pk), (day_of(NOW - 30 * HOUR), merchant.pk)])
    assert earlier(merchant, 7).orders == 1
    fold_stale()
    assert [course.day for course in MerchantCourse.objects.all()] == [day_of(NOW) - 7 * DAY]
    assert earlier(merchant, 7).orders == 1


def test_what_comes_to_light_of_a_closed_day_is_seen_before_it_is_counted_again(
    merchant: Merchant, campaign: Campaign
) -> None:
    """J1: a payment of yesterday is told of today. From its event on the day is counted; the sweep makes it a fact."""
    order = join_as(make_user(), campaign, now=NOW - 30 * HOUR)
    close()
    Order.objects.filter(pk=order.pk).update(pay_by=NOW)
    pay(order, at=NOW - 29 * HOUR)
    events.drain(now=NOW + 9 * DAY)
    assert not MerchantDay.objects.filter(orders=1).exists()
    assert [day.orders for day in daily(merchant, 2)] == [1, 0]
    fold_stale()
    assert MerchantDay.objects.get(orders=1).day == day_of(NOW - DAY)
    assert [day.orders for day in daily(merchant, 2)] == [1, 0]


def test_a_rival_s_change_costs_us_nothing(merchant: Merchant, campaign: Campaign) -> None:
    """J1: a day that is marked for another shop is still read for ours."""
    sold(campaign, NOW - 30 * HOUR)
    close()
    MerchantDay.objects.update(orders=50)
    mark([(day_of(NOW - DAY), make_merchant("隔壁果园", now=NOW - 9 * DAY).pk)])
    assert [day.orders for day in daily(merchant, 2)] == [50, 0]
    mark([(day_of(NOW - DAY), merchant.pk)])
    assert [day.orders for day in daily(merchant, 2)] == [1, 0]


def test_the_questions_do_not_grow_with_the_orders(merchant: Merchant, campaign: Campaign) -> None:
    for more in (1, 4):
        fill(campaign, more, now=NOW - 3 * HOUR)
        with CaptureQueriesContext(connection) as asked:
            dashboard(merchant.pk, days=90, charted=180, now=NOW)
        assert len(asked) == 9, "of the day that is cut short there are no orders, and so no pieces to ask for"


def test_longer_than_ninety_days_is_ninety(merchant: Merchant) -> None:
    assert dashboard(merchant.pk, days=4_000, now=NOW).sales.days == 90
    assert dashboard(merchant.pk, days=0, now=NOW).sales.days == 1
