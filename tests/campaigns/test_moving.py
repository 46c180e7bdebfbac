"""K2: the pick-up point may be chosen until the campaign closes, and whoever has to choose another is told."""

import datetime as dt

import pytest

from accounts.models import User
from accounts.services.addresses import add_address
from campaigns.errors import CannotMove
from campaigns.models import Campaign
from campaigns.services.joining import join
from campaigns.services.leaving import withdraw
from campaigns.services.moving import move_point
from campaigns.services.settling import close, settle
from campaigns.states import CloseReason
from common import events
from common.models import AuditEntry
from notifications.models import Message
from orders.errors import NoSuchOrder, UnknownPickupPoint
from orders.models import Order, PickupPoint
from orders.quotes import FulfilmentChoice
from orders.services.pickup_points import switch_point
from orders.states import OrderStatus
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import fill, join_and_pay, join_as, lines_of, make_open, make_point

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway", "nothing_broken")]


def two_gates(now: dt.datetime, *, leader: User | None = None, **changes: object) -> tuple[Campaign, PickupPoint]:
    """A campaign with two points, and the second, which `leader` runs for 5 %; people join to the first."""
    merchant = make_merchant(now=now)
    east, west = make_point(merchant, "A 东门"), make_point(merchant, "B 西门", leader=leader)
    return make_open(merchant, now=now, points=[east, west], **changes), west


def where(order: Order) -> tuple[str | None, int | None, int]:
    order.refresh_from_db()
    name = order.pickup_point.name if order.pickup_point else None
    return name, order.leader_id, order.leader_rate_bp


@pytest.mark.parametrize("place", [join_as, join_and_pay])
def test_alice_fetches_at_the_other_gate(now: dt.datetime, place: object) -> None:
    """K2, rule 16: waiting for payment or paid; the new leader and the rate of this moment, the price as it was."""
    lea = make_user(name="Lea")
    campaign, west = two_gates(now, leader=lea)
    order = place(make_user(name="Alice"), campaign, now=now)  # type: ignore[operator]
    assert where(order) == ("A 东门", None, 0)

    move_point(buyer=order.buyer, order=order, point_code=west.code, now=now)

    assert where(order) == ("B 西门", lea.pk, 500)
    assert order.payable_fen == 2990
    [act] = AuditEntry.objects.filter(action="order.move")
    assert (act.actor_id, act.subject, act.detail["point"]) == (order.buyer_id, f"order:{order.number}", west.pk)


def test_her_own_leader_earns_nothing_on_her_order(now: dt.datetime) -> None:
    """Rule 16 holds for whoever moves there as for whoever joins there."""
    lea = make_user(name="Lea")
    campaign, west = two_gates(now, leader=lea)
    order = join_and_pay(lea, campaign, now=now)
    move_point(buyer=lea, order=order, point_code=west.code, now=now)
    assert where(order) == ("B 西门", lea.pk, 0)


def test_naming_the_same_point_again_changes_nothing(now: dt.datetime) -> None:
    """Not even the rate, which stands as it was frozen."""
    campaign, west = two_gates(now, leader=make_user(name="Lea"))
    order = join_and_pay(make_user(name="Alice"), campaign, now=now)
    move_point(buyer=order.buyer, order=order, point_code=west.code, now=now)
    PickupPoint.objects.filter(pk=west.pk).update(commission_bp=900)
    move_point(buyer=order.buyer, order=order, point_code=west.code, now=now)
    assert where(order)[2] == 500
    assert AuditEntry.objects.filter(action="order.move").count() == 1


def test_not_from_the_deadline_on_however_far_settlement_is(now: dt.datetime) -> None:
    """K2: at the deadline, while it is closing, and afterwards: it stays where it is."""
    campaign, west = two_gates(now)
    order = fill(campaign, 3, now=now)[0]

    def refused(at: dt.datetime) -> str:
        with pytest.raises(CannotMove) as no:
            move_point(buyer=order.buyer, order=order, point_code=west.code, now=at)
        return str(no.value)

    closed = "现在不能换自提点：已截止，自提点定下来了"
    assert refused(campaign.closes_at) == closed
    close(campaign_id=campaign.pk, reason=CloseReason.FULL, now=now)
    assert refused(now) == closed
    settle(campaign_id=campaign.pk, now=now)
    assert refused(now) == closed
    assert where(order)[0] == "A 东门"
    assert order.status == OrderStatus.PREPARING


def test_not_after_leaving(now: dt.datetime) -> None:
    campaign, west = two_gates(now)
    order = join_and_pay(make_user(name="Alice"), campaign, now=now)
    withdraw(buyer=order.buyer, order=order, now=now)
    with pytest.raises(CannotMove, match="订单不在拼团中"):
        move_point(buyer=order.buyer, order=order, point_code=west.code, now=now)


def test_what_is_delivered_is_fetched_nowhere(now: dt.datetime) -> None:
    campaign, west = two_gates(now, delivers=True)
    alice = make_user(name="Alice")
    home = add_address(user=alice, name="Alice", phone="13811112222", region_code="330106", detail="文三路 2 号")
    choice = FulfilmentChoice(address=home.code)
    order = join(buyer=alice, code=campaign.code, lines=lines_of(campaign), fulfilment=choice, now=now)
    with pytest.raises(CannotMove, match="这个订单是送货上门的"):
        move_point(buyer=alice, order=order, point_code=west.code, now=now)
    assert where(order)[0] is None


def test_only_to_a_point_of_the_campaign_that_is_in_use(now: dt.datetime) -> None:
    """A rival's gate, the merchant's own that this campaign does not have, one just switched off, or nothing."""
    campaign, west = two_gates(now)
    order = join_and_pay(make_user(name="Alice"), campaign, now=now)
    foreign, unused = make_point(make_merchant("对面果园"), "C 南门"), make_point(campaign.merchant, "D 北门")
    switch_point(point=west, is_active=False, actor_id=owner_of(campaign.merchant).pk)
    for code in (foreign.code, unused.code, west.code, ""):
        with pytest.raises(UnknownPickupPoint):
            move_point(buyer=order.buyer, order=order, point_code=code, now=now)
    assert where(order)[0] == "A 东门"


def test_bob_cannot_move_alices_order(now: dt.datetime) -> None:
    """Reliability 20: it is not there for him."""
    campaign, west = two_gates(now)
    order = join_and_pay(make_user(name="Alice"), campaign, now=now)
    with pytest.raises(NoSuchOrder):
        move_point(buyer=make_user(name="Bob"), order=order, point_code=west.code, now=now)
    assert where(order)[0] == "A 东门"


def told() -> list[str]:
    return sorted(Message.objects.filter(kind="choose_point").values_list("recipient__name", flat=True))


def switch_off(point: PickupPoint, now: dt.datetime) -> None:
    switch_point(point=point, is_active=False, actor_id=owner_of(point.merchant).pk)
    events.drain(now=now)


def test_whoever_fetches_at_a_gate_that_is_switched_off_is_told_once(now: dt.datetime) -> None:
    """K2: Alice, paid twice, and Bob, who still has to pay, hear it once; Carol goes elsewhere, Dan has left."""
    campaign, west = two_gates(now)
    east = campaign.pickup_points.get(name="A 东门")
    alice, carol, dan = (make_user(name=name) for name in ("Alice", "Carol", "Dan"))
    join_and_pay(alice, campaign, now=now)
    join_and_pay(alice, campaign, now=now)
    join_as(make_user(name="Bob"), campaign, now=now)
    move_point(buyer=carol, order=join_as(carol, campaign, now=now), point_code=west.code, now=now)
    withdraw(buyer=dan, order=join_and_pay(dan, campaign, now=now), now=now)

    switch_off(east, now)

    assert told() == ["Alice", "Bob"]
    message = Message.objects.filter(kind="choose_point", recipient=alice).get()
    assert (message.title, message.url) == ("A 东门停用了，换一个自提点吧", "/orders/")
    switch_point(point=east, is_active=True, actor_id=owner_of(campaign.merchant).pk)
    switch_off(east, now)
    assert told() == ["Alice", "Bob"]


def test_nobody_is_told_when_there_is_nothing_to_choose(now: dt.datetime) -> None:
    """The only gate, one in use again by the time the word is passed on, or a campaign that has closed."""
    lonely = make_open(now=now)
    join_and_pay(make_user(name="Alice"), lonely, now=now)
    switch_off(lonely.pickup_points.get(), now)
    campaign, _west = two_gates(now)
    east = campaign.pickup_points.get(name="A 东门")
    join_and_pay(make_user(name="Bob"), campaign, now=now)
    for is_active in (False, True):
        switch_point(point=east, is_active=is_active, actor_id=owner_of(campaign.merchant).pk)
    events.drain(now=now)
    switch_off(east, campaign.closes_at)
    assert told() == []
