"""D5: the picking list 分拣单 of a pick-up point."""

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from campaigns.services.settling import settle
from orders.models import Order, PickupPoint
from orders.selectors.picking import PickingLine, PickingTotal, picking_list, picking_sources
from orders.services.fulfilment import mark_ready, verify_pickup
from orders.states import OrderStatus
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import join_and_pay, make_open, make_point

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]
DAY = dt.timedelta(days=1)


@pytest.fixture
def lena() -> User:
    """She leads the point at the east gate."""
    return make_user(name="Lena")


@pytest.fixture
def east(lena: User, now: dt.datetime) -> PickupPoint:
    return make_point(make_merchant(now=now), "东门", leader=lena)


@pytest.fixture
def orders(east: PickupPoint, now: dt.datetime) -> list[Order]:
    """Two pieces for 林小满, one for 王小明, of a campaign that made it; both have arrived."""
    campaign = make_open(east.merchant, now=now, points=[east])
    buyers = [make_user("13900001111", name="林小满"), make_user("13900002222", name="王小明")]
    found = [join_and_pay(buyer, campaign, 2 - index, now=now) for index, buyer in enumerate(buyers)]
    settle(campaign_id=campaign.pk, now=now + DAY)
    merchant, numbers = east.merchant, [order.number for order in found]
    mark_ready(merchant=merchant, numbers=numbers, actor_id=owner_of(merchant).pk, now=now + DAY)
    for order in found:
        order.refresh_from_db()
    return found


def test_the_list_says_what_lies_on_the_table_and_whose_it_is(east: PickupPoint, orders: list[Order]) -> None:
    """D5: pieces per product, then code tail, masked name, phone tail and pieces of each order; no more of anybody."""
    found = picking_list(point=east, source_code=orders[0].source_code)

    line = orders[0].lines.get()
    assert found.totals == (PickingTotal(line.product_name, line.specification, 3),)
    by_number = {heap.number: heap for heap in found.orders}
    mine = by_number[orders[0].number]
    assert (mine.buyer_name, mine.phone_tail, mine.pieces) == ("林**", "1111", 2)
    assert mine.pickup_code_tail == orders[0].pickup_code[-4:]
    assert mine.lines == (PickingLine(line.product_name, line.specification, 2),)
    assert [heap.pickup_code_tail for heap in found.orders] == sorted(heap.pickup_code_tail for heap in found.orders)


def test_what_was_fetched_is_ticked_and_leaves_the_list_of_what_waits(
    east: PickupPoint, orders: list[Order], lena: User, now: dt.datetime
) -> None:
    """D5: the campaign's list keeps it with a tick; the list of everything that waits does not show it any more."""
    verify_pickup(actor=lena, code=orders[0].pickup_code, now=now + DAY)

    of_campaign = picking_list(point=east, source_code=orders[0].source_code)
    waiting = picking_list(point=east, source_code=None)

    assert of_campaign.taken == 1
    assert {heap.number: heap.is_taken for heap in of_campaign.orders} == {
        orders[0].number: True,
        orders[1].number: False,
    }
    assert [heap.number for heap in waiting.orders] == [orders[1].number]
    assert waiting.pieces == 1
    assert [(source.code, source.orders) for source in picking_sources(east)] == [(orders[0].source_code, 1)]


def test_nothing_is_picked_for_a_campaign_that_is_still_open(east: PickupPoint, now: dt.datetime) -> None:
    campaign = make_open(east.merchant, now=now, points=[east])
    join_and_pay(make_user(), campaign, 1, now=now)
    assert not picking_list(point=east, source_code=campaign.code).orders


def test_before_the_goods_arrive_there_is_no_code_yet(east: PickupPoint, now: dt.datetime) -> None:
    campaign = make_open(east.merchant, now=now, points=[east])
    join_and_pay(make_user(), campaign, 3, now=now)
    settle(campaign_id=campaign.pk, now=now + DAY)
    heap = picking_list(point=east, source_code=campaign.code).orders[0]
    assert (heap.pickup_code_tail, heap.status) == ("", OrderStatus.PREPARING)


def test_the_list_takes_two_queries_however_long_it_is(
    east: PickupPoint, orders: list[Order], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(2):
        picking_list(point=east, source_code=None)
