"""Payments, leavers, clicks and workers that meet at the closing of a campaign. Both orders of a pair are legal; what
lies between is not. Each race has its counter-test: the guard taken away, and the harm really happens."""

import datetime as dt
import random
import time
from typing import Any

import pytest

from campaigns import effects
from campaigns.errors import CannotLeave
from campaigns.models import Campaign, CampaignOrder, CampaignProgress, TierReached
from campaigns.services import leaving, settlement_batches, settling
from campaigns.services.leaving import withdraw
from campaigns.services.settling import close, close_if_full, settle
from campaigns.states import CampaignStatus, CloseReason
from common import events, statemachine
from common.invariants import check_all
from common.models import OutboxEvent
from notifications.models import Message
from orders.errors import CannotCancel
from orders.models import Order
from orders.services import ending, paying
from orders.services.ending import expire
from orders.services.paying import start_payment
from orders.services.refunding import OrderRefund
from orders.states import OrderStatus
from payments.models import LedgerTransaction, Payment, Refund
from payments.services import capturing
from payments.services.capturing import confirm
from tests.factories.accounts import make_user
from tests.factories.campaigns import fill, join_and_pay, join_as, make_open
from tests.fixtures.gateways import NAME, ScriptedGateway, pay_at_gateway
from tests.parallel import Meeting, at_once
from tests.races.crowd import make_another, make_stall

pytestmark = [
    pytest.mark.race,
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("scripted_gateway"),
]
DAY = dt.timedelta(days=1)


def violated() -> set[str]:
    return {violation.invariant for violation in check_all(include_settled=False)}


def about_to_pay(campaign: Campaign, name: str = "Alice") -> tuple[Order, Payment]:
    """Somebody who has paid at the gateway in time, of which we have not heard."""
    order = join_as(make_user(name=name), campaign, now=campaign.opens_at)
    payment = start_payment(order=order, gateway=NAME, now=campaign.opens_at)
    pay_at_gateway(payment, at=campaign.opens_at)
    return order, payment


def hear(payment: Payment, *, now: dt.datetime) -> None:
    """The gateway's message arrives."""
    confirm(payment_id=payment.pk, fact=ScriptedGateway.paid[payment.number], now=now)


@pytest.mark.usefixtures("nothing_broken")
def test_the_last_needed_payment_and_the_closing_meet_in_every_way() -> None:
    """C6, rule 7: Alice's in-time payment makes it three of three. Whether her message or the worker comes first, it
    is found at the gateway, counted once, and everybody's goods go out."""
    campaign = make_stall(quantity=10)
    chance = random.Random(7)
    for _interleaving in range(12):
        fill(campaign, 2, now=campaign.opens_at)
        order, payment = about_to_pay(campaign)
        closing = campaign.opens_at + DAY

        def work(index: int, campaign: Campaign = campaign, payment: Payment = payment, at: dt.datetime = closing):
            time.sleep(chance.random() * 0.08)
            if index:
                hear(payment, now=at)
            else:
                settle(campaign_id=campaign.pk, now=at)

        assert [outcome for outcome in at_once(2, work) if outcome is not None] == []
        settled = settle(campaign_id=campaign.pk, now=closing)
        assert (settled.status, settled.final_count) == (CampaignStatus.SUCCEEDED, 3)
        order.refresh_from_db()
        assert order.status == OrderStatus.PREPARING
        assert Refund.objects.count() == 0
        campaign = make_another(campaign, quantity=10)


@pytest.mark.usefixtures("nothing_broken")
def test_a_payment_after_the_deadline_never_counts_however_it_meets_the_closing() -> None:
    """C6, rule 7: paid at the gateway a minute too late, the third of three is refunded as late and the two others as
    missed, to the fen, in every interleaving."""
    campaign = make_stall(quantity=10)
    chance = random.Random(8)
    for _interleaving in range(8):
        fill(campaign, 2, now=campaign.opens_at)
        order = join_as(make_user(name="Alice"), campaign, now=campaign.opens_at)
        payment = start_payment(order=order, gateway=NAME, now=campaign.opens_at)
        pay_at_gateway(payment, at=order.pay_by + dt.timedelta(minutes=1))
        closing = campaign.opens_at + DAY

        def work(index: int, campaign: Campaign = campaign, payment: Payment = payment, at: dt.datetime = closing):
            time.sleep(chance.random() * 0.08)
            if index:
                hear(payment, now=at)
            else:
                settle(campaign_id=campaign.pk, now=at)

        assert [outcome for outcome in at_once(2, work) if outcome is not None] == []
        settled = settle(campaign_id=campaign.pk, now=closing)
        assert (settled.status, settled.final_count) == (CampaignStatus.FAILED, 2)
        mine = Refund.objects.filter(requested_at=closing, payment__in=payments_of(campaign))
        assert sorted(mine.values_list("kind", "amount_fen")) == [("late", 2990), ("missed", 2990), ("missed", 2990)]
        campaign = make_another(campaign, quantity=10)


def payments_of(campaign: Campaign) -> list[int]:
    numbers = list(Order.objects.filter(source_code=campaign.code).values_list("number", flat=True))
    return list(Payment.objects.filter(subject_number__in=numbers).values_list("pk", flat=True))


@pytest.mark.counter_test
def test_without_the_fixed_counts_a_late_message_would_break_the_frozen_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test of the closing: neither waiting for the unpaid nor looking whether the counts are fixed."""
    campaign = make_open()
    fill(campaign, 3, now=campaign.opens_at)
    _order, payment = about_to_pay(campaign)
    monkeypatch.setattr(settling, "_unpaid", lambda campaign: Order.objects.none())
    monkeypatch.setattr(effects, "COUNT", effects.COUNT.replace(" AND counts_fixed_at IS NULL", ""))
    decide_at_once(campaign)
    hear(payment, now=campaign.opens_at + DAY)
    assert "frozen_count_stands" in violated()


def decide_at_once(campaign: Campaign) -> None:
    """Close and fix the counts without asking a gateway."""
    close(campaign_id=campaign.pk, reason=CloseReason.DEADLINE, now=campaign.opens_at + DAY)
    settling._decide(campaign.pk, now=campaign.opens_at + DAY)


def test_fixed_counts_turn_the_late_message_into_a_refund(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rule 7: the last guard alone, everything before it taken away."""
    campaign = make_open()
    fill(campaign, 3, now=campaign.opens_at)
    order, payment = about_to_pay(campaign)
    monkeypatch.setattr(settling, "_unpaid", lambda campaign: Order.objects.none())
    decide_at_once(campaign)
    hear(payment, now=campaign.opens_at + DAY)
    assert "frozen_count_stands" not in violated()
    assert Refund.objects.get(payment=payment).kind == "late"
    assert CampaignOrder.objects.get(pk=order.pk).counted_at is None


@pytest.mark.usefixtures("nothing_broken")
def test_three_workers_and_a_click_settle_once() -> None:
    """C6: twelve neighbours, four settlers at once: one outcome, one refund for each payment, none twice."""
    campaign = make_stall(thresholds=(3, 5, 40), quantity=60)
    orders = fill(campaign, 12, now=campaign.opens_at)
    at = campaign.opens_at + DAY

    answers = at_once(4, lambda _worker: settle(campaign_id=campaign.pk, now=at))

    assert [answer for answer in answers if not isinstance(answer, Campaign)] == []
    settled = settle(campaign_id=campaign.pk, now=at)
    assert (settled.status, settled.final_count, settled.settled_at) == (CampaignStatus.SUCCEEDED, 12, at)
    assert Order.objects.filter(status=OrderStatus.PREPARING).count() == 12
    # The first three paid ¥29.90 and so did the next two; from the sixth on it was ¥26.90 already.
    assert sorted(Refund.objects.values_list("payment__subject_number", "amount_fen")) == sorted(
        (order.number, 300) for order in orders[:5]
    )
    assert OutboxEvent.objects.filter(name="campaigns.CampaignDecided").count() == 1
    assert OutboxEvent.objects.filter(name="campaigns.CampaignSettled").count() == 1
    assert OutboxEvent.objects.filter(name="campaigns.OrderSettled").count() == 12


@pytest.mark.usefixtures("nothing_broken")
def test_a_crowd_is_settled_by_two_hands_and_one_bad_order_stops_neither(monkeypatch: pytest.MonkeyPatch) -> None:
    """C6: batches of two side by side; the order whose refund fails waits, all others have their price and money."""
    campaign = make_stall(thresholds=(3, 5, 40), quantity=60)
    orders = fill(campaign, 9, now=campaign.opens_at)
    refund, bad = settlement_batches.refund_orders, orders[3].pk

    def fail_one(wanted: list[OrderRefund], *, now: dt.datetime) -> list[Refund]:
        if bad in {one.order.pk for one in wanted}:
            raise RuntimeError("a fault of ours")
        return refund(wanted, now=now)

    monkeypatch.setattr(settlement_batches, "BATCH", 2)
    monkeypatch.setattr(settlement_batches, "refund_orders", fail_one)
    settle(campaign_id=campaign.pk, now=(at := campaign.opens_at + DAY))

    assert list(Order.objects.filter(status=OrderStatus.PAID).values_list("pk", flat=True)) == [bad]
    assert Order.objects.filter(status=OrderStatus.PREPARING).count() == 8
    monkeypatch.setattr(settlement_batches, "refund_orders", refund)
    assert settle(campaign_id=campaign.pk, now=at).settled_at == at
    assert sorted(Refund.objects.values_list("payment__subject_number", "amount_fen")) == sorted(
        (order.number, 300) for order in orders[:5]
    )


@pytest.mark.counter_test
def test_without_taking_batches_the_settlers_would_trip_over_each_other(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test: the constraints below keep the money right, but workers fail."""
    campaign = make_open()
    fill(campaign, 6, now=campaign.opens_at)
    meeting = Meeting()

    def look_only(numbers: list[str]) -> list[Order]:
        found = list(Order.objects.filter(number__in=numbers))
        meeting.wait()
        return found

    at = campaign.opens_at + DAY
    with monkeypatch.context() as undecided:
        undecided.setattr(settling, "settle_orders", lambda **_named: None)
        settle(campaign_id=campaign.pk, now=at)
    monkeypatch.setattr(settlement_batches, "lock_free_with_payments", look_only)
    answers = at_once(2, lambda _worker: settlement_batches.settle_batch(campaign_id=campaign.pk, now=at))
    assert len([answer for answer in answers if isinstance(answer, Exception)]) == 1


@pytest.mark.usefixtures("nothing_broken")
def test_one_message_fifty_times_at_once_counts_once() -> None:
    """Reliability 3: fifty copies of one message over twenty-five connections: one booking, one count, one event."""
    campaign = make_open()
    order, payment = about_to_pay(campaign)

    def work(_connection: int) -> None:
        for _copy in range(2):
            hear(payment, now=campaign.opens_at)

    assert at_once(25, work) == [None] * 25
    order.refresh_from_db()
    assert order.status == OrderStatus.PAID
    progress = CampaignProgress.objects.get()
    assert (progress.paid_participants, progress.paid_pieces) == (1, 1)
    assert LedgerTransaction.objects.count() == 1
    assert OutboxEvent.objects.filter(name="orders.OrderPaid").count() == 1
    assert Refund.objects.count() == 0


@pytest.mark.counter_test
def test_without_the_lock_copies_of_a_message_would_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test: everybody sees a pending payment; only the guarded move below saves the books."""
    campaign = make_open()
    _order, payment = about_to_pay(campaign)
    meeting = Meeting()

    def look_only(payment_id: int) -> Payment:
        found = Payment.objects.get(pk=payment_id)
        meeting.wait()
        return found

    monkeypatch.setattr(capturing, "lock_payment", look_only)
    answers = at_once(2, lambda _copy: hear(payment, now=campaign.opens_at))
    assert [type(answer) for answer in answers if answer is not None] == [statemachine.StateChanged]


def leave_and(campaign: Campaign, order: Order, other: Any, chance: random.Random) -> list[Any]:
    """Alice leaves while somebody else does something about her campaign."""

    def work(index: int) -> Any:
        time.sleep(chance.random() * 0.03)
        return withdraw(buyer=order.buyer, order=order, now=campaign.opens_at) if index else other()

    return at_once(2, work)


@pytest.mark.usefixtures("nothing_broken")
def test_leaving_and_closing_meet() -> None:
    """Rule 8: Alice is out before it closes, or in; the count says the same as her money."""
    campaign = make_stall()
    chance = random.Random(9)
    seen = set()
    for _interleaving in range(12):
        fill(campaign, 3, now=campaign.opens_at)
        alice = join_and_pay(make_user(name="Alice"), campaign, now=campaign.opens_at)
        now, pk = campaign.opens_at, campaign.pk

        def shut(pk: int = pk, now: dt.datetime = now) -> bool:
            return close(campaign_id=pk, reason=CloseReason.FULL, now=now)

        closed, left = leave_and(campaign, alice, shut, chance)
        assert closed is True
        settled = settle(campaign_id=campaign.pk, now=campaign.opens_at)
        alice.refresh_from_db()
        if isinstance(left, Order):
            assert (alice.cancel_reason, settled.final_count) == ("left", 3)
            assert Refund.objects.get(payment__subject_number=alice.number).amount_fen == 2990
        else:
            assert isinstance(left, CannotLeave)
            assert (alice.status, settled.final_count) == (OrderStatus.PREPARING, 4)
        seen.add(type(left))
        campaign = make_another(campaign)
    assert seen <= {Order, CannotLeave}


@pytest.mark.usefixtures("nothing_broken")
def test_nobody_leaves_a_campaign_that_closes_because_it_is_full() -> None:
    """Rules 8 and 9: three of three places are paid. Either Alice leaves and it stays open with a free place, or it
    closes full and goes out to all three; it never closes full and then misses its minimum."""
    campaign = make_stall(max_participants=3)
    chance = random.Random(10)
    for _interleaving in range(12):
        fill(campaign, 2, now=campaign.opens_at)
        alice = join_and_pay(make_user(name="Alice"), campaign, now=campaign.opens_at)
        now, pk = campaign.opens_at, campaign.pk

        def shut(pk: int = pk, now: dt.datetime = now) -> bool:
            return close_if_full(campaign_id=pk, now=now)

        closed, left = leave_and(campaign, alice, shut, chance)
        assert closed is not isinstance(left, Order)
        settled = settle(campaign_id=campaign.pk, now=campaign.opens_at)
        assert settled.status == (CampaignStatus.SUCCEEDED if closed else CampaignStatus.OPEN)
        settle(campaign_id=campaign.pk, now=campaign.opens_at + DAY)
        campaign = make_another(campaign, max_participants=3)


@pytest.mark.counter_test
def test_without_the_lock_a_full_campaign_would_miss(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test: Alice looks, the campaign closes full, Alice goes, and two neighbours lose their apples."""
    campaign = make_open(max_participants=3)
    fill(campaign, 2, now=campaign.opens_at)
    alice = join_and_pay(make_user(name="Alice"), campaign, now=campaign.opens_at)
    looked, closed = Meeting(), Meeting()

    class Unlocked:
        """Campaign, as somebody reads it who does not lock."""

        class objects:  # noqa: N801
            @staticmethod
            def select_for_update(**_how: Any) -> Any:
                found = Campaign.objects.get(pk=campaign.pk)
                looked.wait()
                closed.wait()
                return Campaign.objects.none() if found is None else Seen(found)

    class Seen:
        def __init__(self, campaign: Campaign) -> None:
            self.campaign = campaign

        def get(self, **_which: Any) -> Campaign:
            return self.campaign

    monkeypatch.setattr(leaving, "Campaign", Unlocked)

    def work(index: int) -> Any:
        if index:
            return withdraw(buyer=alice.buyer, order=alice, now=campaign.opens_at)
        looked.wait()
        shut = close_if_full(campaign_id=campaign.pk, now=campaign.opens_at)
        closed.wait()
        return shut

    assert at_once(2, work)[0] is True
    assert settle(campaign_id=campaign.pk, now=campaign.opens_at).status == CampaignStatus.FAILED


@pytest.mark.usefixtures("nothing_broken")
def test_a_stale_event_does_not_close_a_campaign_that_is_full_no_more() -> None:
    """Rule 9: it was full when Alice paid; she left before anybody acted on it."""
    campaign = make_open(max_participants=3)
    fill(campaign, 2, now=campaign.opens_at)
    alice = join_and_pay(make_user(name="Alice"), campaign, now=campaign.opens_at)
    withdraw(buyer=alice.buyer, order=alice, now=campaign.opens_at)
    events.drain(now=campaign.opens_at)
    campaign.refresh_from_db()
    assert campaign.status == CampaignStatus.OPEN
    assert join_and_pay(make_user(name="Bob"), campaign, now=campaign.opens_at).status == OrderStatus.PAID


@pytest.mark.usefixtures("nothing_broken")
def test_expiring_and_paying_meet() -> None:
    """D2, rule 7: a payment in time wins over the sweep, whichever of them is first at the row."""
    campaign = make_open(quantity=50)
    chance = random.Random(11)
    for _interleaving in range(15):
        order, payment = about_to_pay(campaign)
        late = campaign.opens_at + dt.timedelta(minutes=20)

        def work(index: int, order: Order = order, payment: Payment = payment, at: dt.datetime = late) -> Any:
            time.sleep(chance.random() * 0.02)
            return hear(payment, now=at) if index else expire(order=order, now=at)

        expired, heard = at_once(2, work)
        assert (expired, heard) == (False, None)
        order.refresh_from_db()
        assert order.status == OrderStatus.PAID
    assert CampaignProgress.objects.get().paid_participants == 15
    assert Refund.objects.count() == 0


@pytest.mark.usefixtures("nothing_broken")
def test_cancelling_and_paying_meet() -> None:
    """D2: Alice's finger is on both buttons; the order is paid, or cancelled with her money on its way back."""
    campaign = make_open(quantity=50)
    chance = random.Random(12)
    for _interleaving in range(10):
        order, payment = about_to_pay(campaign)

        def work(index: int, order: Order = order, payment: Payment = payment) -> Any:
            time.sleep(chance.random() * 0.02)
            if index:
                return hear(payment, now=campaign.opens_at)
            return withdraw(buyer=order.buyer, order=order, now=campaign.opens_at)

        cancelled, heard = at_once(2, work)
        assert heard is None
        assert isinstance(cancelled, CannotCancel)
        order.refresh_from_db()
        assert order.status == OrderStatus.PAID


@pytest.mark.counter_test
def test_without_the_guard_an_order_would_expire_and_be_paid(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test: the sweep looks, the payment comes, the sweep writes what it saw."""
    campaign = make_open()
    order, payment = about_to_pay(campaign)
    looked, paid = Meeting(), Meeting()

    def look_only(order_id: int) -> Order:
        found = Order.objects.get(pk=order_id)
        looked.wait()
        paid.wait()
        return found

    def write_what_was_seen(instance: Any, to: str, *, now: dt.datetime, **changes: Any) -> None:
        type(instance).objects.filter(pk=instance.pk).update(status=to, ended_at=now)

    monkeypatch.setattr(ending, "settle_payments", lambda order, *, now: None)
    monkeypatch.setattr(ending, "_refuse_while_paying", lambda order: None)
    monkeypatch.setattr(ending, "lock_with_payments", look_only)

    class Unguarded:
        move = staticmethod(write_what_was_seen)

    monkeypatch.setattr(ending, "statemachine", Unguarded)

    def work(index: int) -> Any:
        if not index:
            return expire(order=order, now=campaign.opens_at + DAY)
        looked.wait()
        hear(payment, now=campaign.opens_at)
        paid.wait()
        return None

    at_once(2, work)
    assert {"paid_orders_are_paid", "timeline.order"} <= violated()


@pytest.mark.usefixtures("nothing_broken")
def test_a_group_filled_by_a_race_to_one_over_still_completes() -> None:
    """C6: three are needed and four pay in the same instant: counted four, told once, settled, nobody left out."""
    campaign = make_open(thresholds=(3, 5), prices_fen=(2990, 2690))
    waiting = [about_to_pay(campaign, name) for name in ("Alice", "Bob", "Carol", "Dan")]

    outcomes = at_once(4, lambda index: hear(waiting[index][1], now=campaign.opens_at))

    assert outcomes == [None] * 4
    progress = CampaignProgress.objects.get()
    assert (progress.paid_participants, progress.paid_pieces) == (4, 4)
    at_once(3, lambda _worker: events.drain(now=campaign.opens_at))
    events.drain(now=campaign.opens_at)
    assert TierReached.objects.count() == 1
    told = list(Message.objects.filter(kind="tier_reached").values_list("recipient_id", flat=True))
    assert len(told) == len(set(told)) == 4
    settled = settle(campaign_id=campaign.pk, now=campaign.opens_at + DAY)
    assert (settled.status, settled.final_count) == (CampaignStatus.SUCCEEDED, 4)
    assert Order.objects.filter(status=OrderStatus.PREPARING).count() == 4


@pytest.mark.counter_test
def test_counting_by_read_and_write_would_lose_somebody(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test: two payments read the same count."""
    campaign = make_open()
    fill(campaign, 1, now=campaign.opens_at)
    waiting = [about_to_pay(campaign, name) for name in ("Alice", "Bob")]
    meeting = Meeting()

    def read_and_write(order: Order, now: dt.datetime) -> None:
        progress = CampaignProgress.objects.get(pk=campaign.pk)
        meeting.wait()
        CampaignOrder.objects.filter(pk=order.pk).update(counted_at=now)
        CampaignProgress.objects.filter(pk=campaign.pk).update(
            paid_participants=progress.paid_participants + 1, paid_pieces=progress.paid_pieces + 1
        )

    monkeypatch.setattr(paying, "on_paid", [read_and_write])
    assert at_once(2, lambda index: hear(waiting[index][1], now=campaign.opens_at)) == [None, None]
    assert CampaignProgress.objects.get().paid_participants == 2
    assert "counters_match_orders" in violated()
