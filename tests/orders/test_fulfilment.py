"""D5: from a settled campaign to the neighbour's hands."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from accounts.services.addresses import add_address
from campaigns.services.joining import join
from campaigns.services.settling import settle
from common import events
from common.errors import InvalidField
from common.models import AuditEntry
from common.statemachine import StateChanged
from notifications.models import Message
from orders.errors import AlreadyPickedUp, NoSuchOrder, UnknownPickupCode, UnknownPickupPoint
from orders.models import Order, PickupPoint
from orders.quotes import FulfilmentChoice
from orders.selectors.orders import for_buyer, for_merchant, for_pickup, of_buyer, of_merchant, timeline
from orders.selectors.pickup import leads_points, parts_handed_over_by, points_in_use, points_of
from orders.services.fulfilment import deliver, mark_ready, verify_pickup
from orders.services.pickup_points import PointDetails, save_point
from orders.states import OrderStatus
from tests.factories.accounts import make_merchant, make_staff, make_user, owner_of
from tests.factories.campaigns import choice_of, fill, join_as, lines_of, make_open, make_point, pay

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway", "nothing_broken")]
DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def lena() -> User:
    """She leads the point at the east gate."""
    return make_user(name="Lena")


@pytest.fixture
def orders(now: dt.datetime, lena: User) -> list[Order]:
    """Three neighbours' orders of a campaign that made it, to be prepared."""
    merchant = make_merchant(now=now)
    campaign = make_open(merchant, now=now, points=[make_point(merchant, leader=lena)])
    found = fill(campaign, 3, now=now)
    settle(campaign_id=campaign.pk, now=now + DAY)
    for order in found:
        order.refresh_from_db()
    return found


def arrive(orders: list[Order], now: dt.datetime) -> int:
    """The goods of these orders come in."""
    merchant = orders[0].merchant
    numbers = [order.number for order in orders]
    count = mark_ready(merchant=merchant, numbers=numbers, actor_id=owner_of(merchant).pk, now=now)
    for order in orders:
        order.refresh_from_db()
    return count


def test_goods_arrive_and_everybody_gets_a_code_of_their_own(orders: list[Order], now: dt.datetime) -> None:
    """D5: eight digits, told without the code in it; a repeat passes over what is ready."""
    assert arrive(orders, now) == 3
    codes = {order.pickup_code for order in orders}
    assert len(codes) == 3
    assert all(len(code) == 8 and code.isdigit() for code in codes)
    assert {(order.status, order.ready_at) for order in orders} == {(OrderStatus.READY, now)}
    events.drain(now=now)
    message = Message.objects.get(recipient=orders[0].buyer, kind="order_ready")
    assert orders[0].pickup_code not in message.title + message.body
    assert arrive(orders, now + HOUR) == 0
    assert {order.pickup_code for order in orders} == codes


def test_goods_of_other_peoples_orders_do_not_arrive(orders: list[Order], now: dt.datetime) -> None:
    """Reliability 20: another merchant's click, and an order that is not to be prepared, are passed over."""
    other = make_merchant("梨园", now=now)
    numbers = [order.number for order in orders]
    assert mark_ready(merchant=other, numbers=numbers, actor_id=owner_of(other).pk, now=now) == 0
    assert set(Order.objects.values_list("status", "pickup_code")) == {("preparing", "")}


@pytest.mark.parametrize("who", ["leader", "owner", "clerk"])
def test_leader_and_staff_hand_over(who: str, orders: list[Order], lena: User, now: dt.datetime) -> None:
    """D5: the code typed with a space in the middle; received, audited with who did it."""
    arrive(orders, now)
    merchant = orders[0].merchant
    people: dict[str, Callable[[], User]] = {
        "leader": lambda: lena,
        "owner": lambda: owner_of(merchant),
        "clerk": lambda: make_staff(merchant),
    }
    actor = people[who]()
    code = orders[0].pickup_code
    handed = verify_pickup(actor=actor, code=f" {code[:4]} {code[4:]}", now=now + HOUR)
    assert (handed.pk, handed.status, handed.received_at) == (orders[0].pk, OrderStatus.RECEIVED, now + HOUR)
    assert AuditEntry.objects.get(action="order.hand_over").actor_id == actor.pk
    orders[1].refresh_from_db()
    assert orders[1].status == OrderStatus.READY


def test_a_code_works_once(orders: list[Order], lena: User, now: dt.datetime) -> None:
    """D5: the second time it says when."""
    arrive(orders, now)
    code = orders[0].pickup_code
    verify_pickup(actor=lena, code=code, now=now)
    with pytest.raises(AlreadyPickedUp) as refused:
        verify_pickup(actor=lena, code=code, now=now + HOUR)
    assert str(refused.value) == "这单 5 月 20 日 12:00 已取走"
    assert Order.objects.get(pk=orders[0].pk).received_at == now


def test_strangers_find_no_code(orders: list[Order], now: dt.datetime) -> None:
    """Reliability 20: the buyer, another merchant's owner, the leader of another point: it is not there."""
    arrive(orders, now)
    merchant = orders[0].merchant
    lars = make_user(name="Lars")
    make_point(merchant, "西门", leader=lars)
    for stranger in (orders[0].buyer, owner_of(make_merchant("梨园", now=now)), lars):
        with pytest.raises(UnknownPickupCode):
            verify_pickup(actor=stranger, code=orders[0].pickup_code, now=now)
    for nonsense in ("", "1234", "abcdefgh", "00000000000", orders[0].number):
        with pytest.raises(UnknownPickupCode):
            verify_pickup(actor=owner_of(merchant), code=nonsense, now=now)
    assert Order.objects.filter(status=OrderStatus.READY).count() == 3


def test_a_delivery_is_brought_to_the_door(now: dt.datetime) -> None:
    """D5: by its merchant only, once it is on the way, and not what is to be picked up."""
    campaign = make_open(now=now, delivers=True)
    alice = make_user(name="Alice")
    home = add_address(user=alice, name="Alice", phone=alice.phone, region_code="330106", detail="文三路 2 号")
    order = join(
        buyer=alice,
        code=campaign.code,
        lines=lines_of(campaign, 3),
        fulfilment=FulfilmentChoice(address=home.code),
        now=now,
    )
    pay(order, at=now)
    picked_up = fill(campaign, 1, now=now)[0]
    settle(campaign_id=campaign.pk, now=now + DAY)
    merchant, owner = campaign.merchant, owner_of(campaign.merchant)
    with pytest.raises(StateChanged):
        deliver(merchant=merchant, number=order.number, actor_id=owner.pk, now=now)
    arrive([order, picked_up], now)
    other = make_merchant("梨园", now=now)
    for shop, number in ((other, order.number), (merchant, picked_up.number)):
        with pytest.raises(NoSuchOrder):
            deliver(merchant=shop, number=number, actor_id=owner.pk, now=now)
    delivered = deliver(merchant=merchant, number=order.number, actor_id=owner.pk, now=now)
    assert delivered.status == OrderStatus.RECEIVED


def waiting_for(person: User) -> list[Order]:
    return list(for_pickup(parts_handed_over_by(person)))


def test_everybody_sees_their_own_orders_in_a_fixed_number_of_queries(
    orders: list[Order], lena: User, now: dt.datetime, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """D2, reliability 20: the buyer one, the merchant three, the leader what waits; strangers get nothing."""
    arrive(orders, now)
    merchant, stranger = orders[0].merchant, make_user(name="Sam")
    assert [order.number for order in of_buyer(orders[0].buyer)] == [orders[0].number]
    with django_assert_num_queries(4):
        listed = list(of_merchant(merchant))
        assert [len(order.lines.all()) for order in listed] == [1, 1, 1]
        assert len({line.sku.product_id for order in listed for line in order.lines.all()}) == 1
        assert [order.buyer.pk for order in reversed(listed)] == [order.buyer_id for order in orders]
    assert {order.number for order in waiting_for(lena)} == {order.number for order in orders}
    assert {order.number for order in waiting_for(owner_of(merchant))} == {order.number for order in orders}
    assert (list(of_buyer(stranger)), waiting_for(stranger)) == ([], [])
    with pytest.raises(NoSuchOrder):
        for_buyer(stranger, orders[0].number)
    with pytest.raises(NoSuchOrder):
        for_merchant(make_merchant("梨园", now=now), orders[0].number)


def test_the_timeline_tells_the_whole_life(orders: list[Order], lena: User, now: dt.datetime) -> None:
    """D2."""
    arrive(orders, now + 2 * DAY)
    verify_pickup(actor=lena, code=orders[0].pickup_code, now=now + 3 * DAY)
    assert [(entry.state, entry.at) for entry in timeline(orders[0])] == [
        ("pending_payment", now),
        ("paid", now),
        ("preparing", now + DAY),
        ("ready", now + 2 * DAY),
        ("received", now + 3 * DAY),
    ]


# Pick-up points

UNSOUND = [
    ("name", {"name": " "}, "不能空着"),
    ("address", {"address": ""}, "不能空着"),
    ("leader_phone", {"leader_phone": "13000000000"}, "这个手机号还没有注册，请团长先注册"),
    ("commission_bp", {"commission_bp": -1}, "佣金在 0% 到 50% 之间"),
    ("commission_bp", {"commission_bp": 5001}, "佣金在 0% 到 50% 之间"),
]


@pytest.mark.parametrize(("field", "changes", "reason"), UNSOUND)
def test_an_unsound_point_is_refused(field: str, changes: dict[str, object], reason: str, now: dt.datetime) -> None:
    merchant = make_merchant(now=now)
    details = PointDetails(**{"name": "东门", "address": "文三路 1 号"} | changes)  # type: ignore[arg-type]
    with pytest.raises(InvalidField) as refused:
        save_point(merchant=merchant, actor_id=owner_of(merchant).pk, details=details)
    assert (refused.value.params["field"], str(refused.value)) == (field, reason)
    assert not PickupPoint.objects.exists()


def test_a_merchant_keeps_points_apart_by_name(now: dt.datetime) -> None:
    """The same name twice is refused; another merchant may have it; a closed one is shown last and to nobody else."""
    merchant, other = make_merchant(now=now), make_merchant("梨园", now=now)
    lena = make_user(name="Lena")
    east = make_point(merchant, "东门", leader=lena)
    with pytest.raises(InvalidField) as refused:
        make_point(merchant, "东门")
    assert refused.value.params["field"] == "name"
    make_point(other, "东门")
    assert leads_points(lena)
    closed = PointDetails(name="东门", address="文三路 1 号", latitude=Decimal("30.28"), is_active=False)
    save_point(merchant=merchant, actor_id=owner_of(merchant).pk, details=closed, point=east)
    west = make_point(merchant, "西门")
    assert list(points_of(merchant)) == [west, east]
    assert east not in points_in_use()
    assert not leads_points(lena)


def test_nobody_picks_a_point_that_has_closed(now: dt.datetime) -> None:
    """D5: the campaign's cached terms give way to the change."""
    merchant = make_merchant(now=now)
    point = make_point(merchant, "东门")
    campaign = make_open(merchant, now=now, points=[point, make_point(merchant, "西门")])
    join_as(make_user(name="Alice"), campaign, now=now)
    chosen = choice_of(campaign)
    details = PointDetails(name="东门", address="文三路 1 号", is_active=False)
    save_point(merchant=merchant, actor_id=owner_of(merchant).pk, details=details, point=point)
    events.drain(now=now)
    with pytest.raises(UnknownPickupPoint):
        join(buyer=make_user(name="Bob"), code=campaign.code, lines=lines_of(campaign), fulfilment=chosen, now=now)
