"""Refunds asked about by several hands at once and booked together: what one of them meets is no other's business."""

import datetime as dt
import itertools
import threading
from collections.abc import Callable, Mapping, Sequence

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from common.models import Alert, OutboxEvent
from payments.errors import GatewayRefused, GatewayUnavailable
from payments.gateways.base import GatewayRefund, HttpInsideTransaction
from payments.models import Callback, GatewayPace, LedgerTransaction, Refund
from payments.services import asking, booking, pacing, sending
from payments.services.claiming import LEASE
from payments.services.sending import send_due
from payments.states import RefundStatus
from payments.subjects import SubjectOwner, owners
from tests.factories.payments import NOON, make_captured, make_merchant, make_payer, make_refund
from tests.parallel import PATIENCE
from tests.payments.threads import together

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("sound")]
LATER = NOON + dt.timedelta(minutes=5)


@pytest.fixture(autouse=True)
def _quick(settings, monkeypatch):
    settings.REFUNDS_PER_SECOND = 0
    monkeypatch.setattr(pacing, "PER_SECOND_IN_TROUBLE", 100_000)


def _refunds(count: int) -> list[Refund]:
    alice, merchant = make_payer(), make_merchant()
    return [make_refund(make_captured(payer=alice, merchant=merchant, amount_fen=1000)) for _each in range(count)]


def _fail_for(monkeypatch, gateway, failing: Mapping[str, Callable[[Refund], GatewayRefund]]) -> None:
    """The gateway as it is, but for some refunds, by their numbers."""
    plain = gateway.refund
    monkeypatch.setattr(gateway, "refund", lambda refund: failing.get(refund.number, plain)(refund))


def _be_silent(refund: Refund) -> GatewayRefund:
    raise GatewayUnavailable


def _refuse(refund: Refund) -> GatewayRefund:
    raise GatewayRefused(reason="account closed")


def _break(refund: Refund) -> GatewayRefund:
    raise ZeroDivisionError


@pytest.mark.parametrize("hands", [1, 4])
def test_each_of_a_batch_gets_what_is_its_own(gateway, office, monkeypatch, settings, hands):
    """Refunds: one done, refused, abnormal, told with a wrong amount, with an owner that fails, with a client that
    fails, done, and one in silence."""
    settings.REFUNDS_AT_ONCE = hands
    first, refused, abnormal, mistaken, disowned, broken, last, silent = refunds = _refunds(8)
    answers = {
        refused.number: _refuse,
        abnormal.number: lambda refund: GatewayRefund(RefundStatus.ABNORMAL, reason="账户已注销"),
        mistaken.number: lambda refund: GatewayRefund(RefundStatus.DONE, amount_fen=999),
        broken.number: _break,
        silent.number: _be_silent,
    }
    _fail_for(monkeypatch, gateway, answers)

    def on_refunded(arrived: Sequence[Refund], now: dt.datetime) -> None:
        if disowned in arrived:
            raise LookupError("no such ticket")
        office.on_refunded(arrived, now)

    monkeypatch.setitem(owners._entries, "ticket", SubjectOwner(office.on_captured, on_refunded))
    assert send_due(now=LATER) == 7
    for refund in refunds:
        refund.refresh_from_db()
    assert [(refund.status, refund.error) for refund in refunds] == [
        ("done", ""),
        ("abnormal", "支付渠道拒绝了：account closed"),
        ("abnormal", "账户已注销"),
        ("abnormal", "金额对不上：应为 1000 分，通知为 999 分"),
        ("sent", "LookupError"),
        ("sent", "ZeroDivisionError"),
        ("done", ""),
        ("sent", "渠道没有回应"),
    ]
    assert all(refund.due_at > LATER for refund in (disowned, broken, silent))
    assert office.refunded == [first.number, last.number]
    booked = LedgerTransaction.objects.filter(key__startswith="refunded:").order_by("pk")
    assert [booking.refund_id for booking in booked] == [first.pk, last.pk]
    told = OutboxEvent.objects.filter(name__startswith="payments.Refund").order_by("pk")
    assert [(event.name.removeprefix("payments."), event.payload["refund_id"]) for event in told] == [
        ("RefundDone", first.pk),
        ("RefundAbnormal", refused.pk),
        ("RefundAbnormal", abnormal.pk),
        ("RefundAbnormal", mistaken.pk),
        ("RefundDone", last.pk),
    ]
    assert set(Alert.objects.values_list("kind", "subject")) >= {
        ("refund_stuck", f"refund:{disowned.number}"),
        ("refund_stuck", f"refund:{broken.number}"),
    }
    assert Callback.objects.get(verdict="rejected").event_id == f"query:{mistaken.number}"


def test_a_hundred_are_booked_with_as_many_statements_as_two(gateway):
    """In sets: what a batch costs does not grow with it."""
    assert _statements(2) == _statements(40)
    assert not Refund.objects.exclude(status=RefundStatus.DONE).exists()


def _statements(count: int) -> int:
    _refunds(count)
    with CaptureQueriesContext(connection) as seen:
        assert send_due(now=LATER) == count
    return len(seen)


@pytest.mark.counter_test
def test_booked_one_by_one_every_refund_costs_statements_of_its_own(gateway, monkeypatch):
    """Counter-test: with booking together taken away."""
    monkeypatch.setattr(booking, "_book_together", lambda facts, *, now: False)
    assert _statements(12) > _statements(2) + 10 * 5


def test_four_hands_are_four_calls_at_once_and_never_five(gateway, monkeypatch, settings):
    settings.REFUNDS_AT_ONCE = 4
    _refunds(12)
    meeting = threading.Barrier(4, timeout=PATIENCE)
    under_way, most = threading.Semaphore(4), []
    plain = gateway.refund

    def meet(refund: Refund) -> GatewayRefund:
        most.append(under_way.acquire(blocking=False))
        meeting.wait()
        try:
            return plain(refund)
        finally:
            under_way.release()

    monkeypatch.setattr(gateway, "refund", meet)
    assert send_due(now=LATER) == 12
    assert all(most)


def test_no_turn_is_taken_without_a_free_hand(gateway, monkeypatch, settings):
    """Refunds, 100 a second: nobody waits with a turn in hand, so no two calls leave closer than their turns."""
    assert _turns_when_all_hands_are_full(gateway, monkeypatch, settings) == 4


@pytest.mark.counter_test
def test_with_more_calls_than_hands_turns_pile_up(gateway, monkeypatch, settings):
    """Counter-test: with the hands uncounted, every turn is gone before the fifth call leaves."""
    monkeypatch.setattr(asking, "Semaphore", lambda hands: threading.Semaphore(100))
    assert _turns_when_all_hands_are_full(gateway, monkeypatch, settings) == 8


def _turns_when_all_hands_are_full(gateway, monkeypatch, settings) -> int:
    settings.REFUNDS_AT_ONCE = 4
    _refunds(8)
    turns, all_taken, seen = [], threading.Event(), []
    plain = gateway.refund

    def take_turn(name: str, *, in_trouble: bool) -> None:
        turns.append(name)
        if len(turns) == 8:
            all_taken.set()

    def look() -> None:
        all_taken.wait(0.1)
        seen.append(len(turns))

    meeting = threading.Barrier(4, action=look, timeout=PATIENCE)

    def meet(refund: Refund) -> GatewayRefund:
        meeting.wait()
        return plain(refund)

    monkeypatch.setattr(sending, "wait_for_turn", take_turn)
    monkeypatch.setattr(gateway, "refund", meet)
    assert send_due(now=LATER) == 8
    return seen[0]


def test_a_silent_gateway_is_left_alone_after_ten_calls_of_whatever_hand(gateway, settings):
    settings.REFUNDS_AT_ONCE = 4
    _refunds(14)
    gateway.silent = True
    assert send_due(now=LATER) == 0
    assert len(gateway.calls) == sending.MOST_SILENCE


def test_hands_do_not_work_while_rows_are_locked(gateway, settings):
    """No HTTP inside a transaction: other threads would not notice."""
    settings.REFUNDS_AT_ONCE = 4
    _refunds(2)
    with pytest.raises(HttpInsideTransaction), transaction.atomic():
        send_due(now=LATER)
    assert gateway.calls == []


@pytest.mark.race
def test_five_senders_with_four_hands_each_send_every_refund_once(gateway, settings):
    settings.REFUNDS_AT_ONCE = 4
    refunds = _refunds(40)
    assert sum(together(5, lambda: send_due(now=LATER, limit=10))) == 40
    assert sorted(number for _what, number in gateway.calls) == sorted(refund.number for refund in refunds)
    assert not Refund.objects.exclude(status=RefundStatus.DONE).exists()


@pytest.mark.race
def test_an_answer_and_messages_about_the_same_batch_book_it_once(gateway, monkeypatch):
    """Two who are told the same at the same moment lock in the same order: nobody deadlocks, nothing is double."""
    refunds = _refunds(20)
    facts = {refund.pk: GatewayRefund(RefundStatus.DONE, amount_fen=1000) for refund in refunds}
    monkeypatch.setattr(sending, "book", lambda answers, *, now: None)
    send_due(now=LATER)
    orders = itertools.cycle([list(facts), list(reversed(facts))])

    def confirm_all() -> None:
        mine = next(orders)
        with transaction.atomic():
            booking.record_refund_facts(facts={pk: facts[pk] for pk in mine}, now=LATER)

    together(4, confirm_all)
    assert LedgerTransaction.objects.filter(key__startswith="refunded:").count() == 20
    assert not Refund.objects.exclude(status=RefundStatus.DONE).exists()


def test_a_worker_killed_with_answers_in_hand_leaves_them_to_be_asked_about(gateway, monkeypatch):
    """Reliability 9: what was answered and not booked comes up again after the lease, under the same numbers."""
    _refunds(3)

    class Killed(BaseException):
        pass

    def die(answers: Sequence[asking.Answer], *, now: dt.datetime) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(sending, "book", die)
        with pytest.raises(Killed):
            send_due(now=LATER)
    assert set(Refund.objects.values_list("status", flat=True)) == {"sent"}
    assert send_due(now=LATER + LEASE) == 3
    assert [what for what, _number in gateway.calls] == ["refund"] * 3 + ["query_refund"] * 3
    assert gateway.paid_back_fen == 3000


def test_an_answer_waits_two_seconds_for_the_others_at_most(gateway, monkeypatch):
    _refunds(3)
    instants, booked = itertools.accumulate(itertools.repeat(1.5)), []
    clock = [0.0]
    plain = gateway.refund

    def slow(refund: Refund) -> GatewayRefund:
        clock[0] = next(instants)
        booked.append(Refund.objects.filter(status=RefundStatus.DONE).count())
        return plain(refund)

    monkeypatch.setattr(gateway, "refund", slow)
    with monkeypatch.context() as patch:
        patch.setattr(sending.time, "monotonic", lambda: clock[0])
        assert send_due(now=LATER) == 3
    assert booked == [0, 0, 2]


def test_without_a_pace_nobody_waits_for_a_turn(gateway):
    """REFUNDS_PER_SECOND=0."""
    _refunds(3)
    assert send_due(now=LATER) == 3
    assert not GatewayPace.objects.exists()


def test_with_a_pace_every_call_has_its_turn(gateway, settings, monkeypatch):
    settings.REFUNDS_PER_SECOND, settings.REFUNDS_AT_ONCE = 100, 4
    slots: list[float] = []
    monkeypatch.setattr(pacing.time, "sleep", lambda seconds: None)

    def take(name: str, *, in_trouble: bool) -> None:
        slots.append(pacing.wait_for_turn(name, in_trouble=in_trouble))

    monkeypatch.setattr(sending, "wait_for_turn", take)
    _refunds(10)
    assert send_due(now=LATER) == 10
    assert min(later - earlier for earlier, later in itertools.pairwise(slots)) > 0.0099


def test_without_a_pace_a_gateway_in_trouble_is_spared_all_the_same(settings, monkeypatch):
    monkeypatch.setattr(pacing, "PER_SECOND_IN_TROUBLE", 5)
    monkeypatch.setattr(pacing.time, "sleep", lambda seconds: None)
    first, second = (pacing.wait_for_turn("sandbox", in_trouble=True) for _call in range(2))
    assert second - first >= 0.199
