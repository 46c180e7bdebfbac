"""Promised money leaves exactly once, whatever the gateway does."""

import datetime as dt
import itertools
import threading
from collections.abc import Sequence

import pytest
from django.core.management import call_command
from django.db import connection, transaction

from common.models import Alert, AuditEntry, OutboxEvent
from common.statemachine import StateChanged
from payments.errors import AmountMismatch, GatewayRefused, TooManyRefunds
from payments.gateways.base import GatewayRefund
from payments.models import Payment, Refund
from payments.selectors.ledger import Money, money_of
from payments.selectors.refunds import abnormal_refunds
from payments.services import asking, booking, claiming, pacing, sending
from payments.services.claiming import LEASE
from payments.services.rescuing import retry
from payments.services.returning import confirm_refund
from payments.services.sending import send_due
from payments.states import RefundStatus
from payments.subjects import SubjectOwner, owners
from payments.tasks import send_refunds
from tests.factories.payments import NOON, FakeGateway, make_captured, make_merchant, make_payer, make_refund
from tests.parallel import Meeting
from tests.payments.threads import together

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound")]
LATER = NOON + dt.timedelta(minutes=5)
MUCH_LATER = LATER + dt.timedelta(hours=2)


@pytest.fixture(autouse=True)
def _quick(settings, monkeypatch):
    settings.REFUNDS_PER_SECOND = 100_000
    monkeypatch.setattr(pacing, "PER_SECOND_IN_TROUBLE", 100_000)


def _refunds(count: int) -> list[Refund]:
    alice, merchant = make_payer(), make_merchant()
    return [make_refund(make_captured(payer=alice, merchant=merchant, amount_fen=1000)) for _each in range(count)]


def _send_until_done(*, rounds: int = 60) -> None:
    for minutes in itertools.count():
        if not Refund.objects.exclude(status=RefundStatus.DONE).exists():
            return
        assert minutes < rounds, "refunds are stuck"
        send_due(now=LATER + dt.timedelta(minutes=11 * minutes))


def test_a_refund_arrives_and_everybody_is_told(gateway, office):
    """F2: the last step books the money out of the house."""
    payment = make_captured(amount_fen=2990)
    refund = make_refund(payment, amount_fen=400)
    assert send_due(now=LATER) == 1
    refund.refresh_from_db()
    assert (refund.status, refund.sent_at, refund.done_at) == (RefundStatus.DONE, LATER, LATER)
    assert money_of("ticket", [payment.subject_number]) == Money(
        captured_fen=2990, held_fen=2590, in_flight_fen=0, refunded_fen=400
    )
    assert office.refunded == [refund.number]
    event = OutboxEvent.objects.latest("pk")
    assert (event.name, event.payload["refund_id"]) == ("payments.RefundDone", refund.pk)
    assert send_due(now=MUCH_LATER) == 0
    assert gateway.calls == [("refund", refund.number)]


def test_what_is_not_due_does_not_leave(gateway):
    make_refund(make_captured())
    assert send_due(now=LATER - dt.timedelta(seconds=1)) == 0
    assert gateway.calls == []


def test_done_without_an_answer_is_found_by_asking_and_never_done_twice(gateway):
    refund = _refunds(1)[0]
    gateway.swallow = 1
    assert send_due(now=LATER) == 0
    refund.refresh_from_db()
    assert (refund.status, refund.error) == (RefundStatus.SENT, "渠道没有回应")
    assert LATER < refund.due_at <= LATER + booking.FIRST_DELAY
    send_due(now=MUCH_LATER)
    refund.refresh_from_db()
    assert (refund.status, refund.error) == (RefundStatus.DONE, "")
    assert [what for what, _number in gateway.calls] == ["refund", "query_refund"]
    assert gateway.paid_back_fen == 1000


def test_a_lost_request_goes_again_under_the_same_number(gateway):
    refund = _refunds(1)[0]
    gateway.lose = 1
    send_due(now=LATER)
    send_due(now=MUCH_LATER)
    assert gateway.calls == [("refund", refund.number), ("query_refund", refund.number), ("refund", refund.number)]
    assert gateway.paid_back_fen == 1000


def test_each_silence_is_longer_than_the_last_up_to_ten_minutes(gateway):
    refund = _refunds(1)[0]
    gateway.silent = True
    now = LATER
    waits = []
    for _attempt in range(9):
        send_due(now=now)
        refund.refresh_from_db()
        waits.append(refund.due_at - now)
        now = refund.due_at
    assert dt.timedelta(seconds=5) <= waits[0] <= dt.timedelta(seconds=10)
    assert dt.timedelta(seconds=20) <= waits[2] <= dt.timedelta(seconds=40)
    assert dt.timedelta(minutes=5) <= waits[-1] <= dt.timedelta(minutes=10)


def test_a_killed_sender_leaves_the_refund_to_the_next_one(gateway, monkeypatch):
    """What was claimed comes up again after its lease, under the same number."""
    refund = _refunds(1)[0]

    class Killed(BaseException):
        pass

    def die(refund: Refund) -> GatewayRefund:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(asking, "_ask", die)
        with pytest.raises(Killed):
            send_due(now=LATER)
    assert send_due(now=LATER + LEASE - dt.timedelta(seconds=1)) == 0
    assert send_due(now=LATER + LEASE) == 1
    assert Refund.objects.get().status == RefundStatus.DONE
    assert {number for _what, number in gateway.calls} == {refund.number}


def test_accepted_is_not_done(gateway, office):
    refund = _refunds(1)[0]
    gateway.refund_answer = RefundStatus.PROCESSING
    send_due(now=LATER)
    refund.refresh_from_db()
    assert (refund.status, refund.due_at) == (RefundStatus.PROCESSING, LATER + dt.timedelta(minutes=1))
    assert office.refunded == []
    gateway.finish(refund)
    send_due(now=LATER + dt.timedelta(minutes=1))
    assert office.refunded == [refund.number]
    assert gateway.paid_back_fen == 1000


def test_a_refused_question_is_no_answer(gateway, monkeypatch):
    """Reliability 7: the money may be on its way; the refund is asked about again, and no operator is bothered."""
    gateway.refund_answer = RefundStatus.PROCESSING
    refund = make_refund(make_captured())
    send_due(now=LATER)

    def refuse(_refund):
        raise GatewayRefused(reason="unsigned")

    monkeypatch.setattr(gateway, "query_refund", refuse)
    send_due(now=LATER + dt.timedelta(minutes=5))
    refund.refresh_from_db()
    assert refund.status == RefundStatus.PROCESSING
    assert refund.due_at > LATER + dt.timedelta(minutes=5)


def test_an_abnormal_refund_waits_in_the_operators_queue(gateway, office):
    refund = _refunds(1)[0]
    gateway.refund_answer = RefundStatus.ABNORMAL
    send_due(now=LATER)
    assert list(abnormal_refunds()) == [refund]
    assert OutboxEvent.objects.latest("pk").name == "payments.RefundAbnormal"
    assert send_due(now=MUCH_LATER) == 0
    assert office.refunded == []


def test_olga_sends_an_abnormal_refund_again_and_it_is_written_down(gateway):
    refund = _refunds(1)[0]
    gateway.refund_answer = RefundStatus.ABNORMAL
    send_due(now=LATER)
    gateway.refund_answer = RefundStatus.DONE
    olga = make_payer("Olga")
    refund.refresh_from_db()
    retry(refund=refund, actor_id=olga.pk, now=MUCH_LATER)
    assert AuditEntry.objects.get().actor == olga
    send_due(now=MUCH_LATER)
    assert [what for what, _number in gateway.calls] == ["refund", "refund"]
    assert Refund.objects.get().status == RefundStatus.DONE
    assert gateway.paid_back_fen == 1000


def test_only_an_abnormal_refund_is_sent_again(gateway):
    refund = _refunds(1)[0]
    send_due(now=LATER)
    refund.refresh_from_db()
    with pytest.raises(StateChanged):
        retry(refund=refund, actor_id=make_payer("Olga").pk, now=MUCH_LATER)
    assert not AuditEntry.objects.exists()


def test_an_answer_about_another_amount_goes_to_the_operators(gateway, office):
    refund = _refunds(1)[0]
    gateway.refunds[refund.number] = GatewayRefund(RefundStatus.DONE, amount_fen=999)
    with pytest.raises(AmountMismatch):
        confirm_refund(refund_id=refund.pk, fact=gateway.refunds[refund.number], now=LATER)
    send_due(now=LATER)
    assert Refund.objects.get().status == RefundStatus.ABNORMAL
    assert office.refunded == []


def test_news_about_what_is_done_changes_nothing(gateway, office):
    refund = _refunds(1)[0]
    send_due(now=LATER)
    for status in (RefundStatus.DONE, RefundStatus.PROCESSING, RefundStatus.ABNORMAL):
        confirm_refund(refund_id=refund.pk, fact=GatewayRefund(status, amount_fen=1000), now=MUCH_LATER)
    refund.refresh_from_db()
    assert (refund.status, refund.done_at) == (RefundStatus.DONE, LATER)
    assert office.refunded == [refund.number]


def test_an_owner_that_fails_hurts_no_neighbour(gateway, office, monkeypatch):
    broken, sound_one = _refunds(2)
    failing = {broken}
    told: list[str] = []

    def on_refunded(refunds: Sequence[Refund], now: dt.datetime) -> None:
        if failing.intersection(refunds):
            raise LookupError("no such ticket")
        told.extend(refund.number for refund in refunds)

    monkeypatch.setitem(owners._entries, "ticket", SubjectOwner(office.on_captured, on_refunded))
    send_due(now=LATER)
    assert told == [sound_one.number]
    broken.refresh_from_db()
    assert (broken.status, broken.error) == (RefundStatus.SENT, "LookupError")
    assert broken.due_at > LATER
    alert = Alert.objects.get()
    assert (alert.kind, alert.subject, alert.closed_at) == ("refund_stuck", f"refund:{broken.number}", None)
    assert alert.detail == {"error": "LookupError", "amount_fen": broken.amount_fen}

    failing.clear()
    send_due(now=MUCH_LATER)
    assert told == [sound_one.number, broken.number]
    assert Alert.objects.get().closed_at == MUCH_LATER


def test_a_silent_gateway_is_left_alone_after_ten_calls(gateway):
    _refunds(12)
    gateway.silent = True
    assert send_due(now=LATER) == 0
    assert len(gateway.calls) == sending.MOST_SILENCE


def test_a_third_of_the_calls_failing_every_refund_arrives_once(gateway, monkeypatch):
    """Lost before, lost after, in turns: after recovery the sum is exact to the fen."""
    refunds = _refunds(30)
    luck = itertools.cycle([None, "lose", None, None, "swallow", None])
    plain = gateway.refund

    def unlucky(refund: Refund) -> GatewayRefund:
        what = next(luck)
        if what:
            setattr(gateway, what, 1)
        return plain(refund)

    monkeypatch.setattr(gateway, "refund", unlucky)
    _send_until_done()
    assert gateway.paid_back_fen == 30_000
    assert set(gateway.refunds) == {refund.number for refund in refunds}


def test_a_silent_gateway_starves_nobody_elses_refunds(gateway, settings, monkeypatch):
    """Refunds, rate-limited per gateway: of two gateways one is dead; the other's refunds all leave in the same run,
    after one silence at most, although the dead one's were promised first and are as many as a run takes."""
    dead, alice, merchant = FakeGateway(), make_payer(), make_merchant()
    dead.silent = True
    order: list[str] = []
    monkeypatch.setattr(asking, "gateway_named", {"dead": dead, "sandbox": gateway}.__getitem__)
    monkeypatch.setattr(sending, "wait_for_turn", lambda name, *, in_trouble: order.append(name))
    settings.PAYMENT_GATEWAYS = settings.PAYMENT_GATEWAYS | {"dead": "tests.factories.payments.FakeGateway"}
    for _each in range(12):
        make_refund(make_captured(payer=alice, merchant=merchant, gateway="dead"), now=NOON + dt.timedelta(minutes=2))
    theirs = [make_refund(make_captured(payer=alice, merchant=merchant)) for _each in range(3)]
    assert send_due(now=LATER, limit=12) == 3
    assert {refund.number for refund in theirs} == set(gateway.refunds)
    assert order == ["dead", "sandbox", "sandbox", "sandbox", *["dead"] * (sending.MOST_SILENCE - 1)]


def test_a_run_ends_with_its_lease(gateway, monkeypatch):
    """What it did not come to is anybody's again by then; a gateway that takes its time makes nothing go twice."""
    _refunds(5)
    plain, clock = gateway.refund, [0.0]

    def slow(refund: Refund) -> GatewayRefund:
        clock[0] += 60
        return plain(refund)

    monkeypatch.setattr(gateway, "refund", slow)
    with monkeypatch.context() as patch:
        patch.setattr(sending.time, "monotonic", lambda: clock[0])
        assert send_due(now=LATER) == 2
    assert Refund.objects.filter(status=RefundStatus.SENT, due_at=LATER + LEASE).count() == 3
    assert len(gateway.calls) == 2


def test_refunds_of_one_payment_leave_a_minute_apart_also_when_the_first_was_late(gateway):
    """Refunds, a minute apart: a sender that comes late sends the first, and the next a minute after it."""
    payment = make_captured(amount_fen=3000)
    first, second, third = (make_refund(payment, amount_fen=1000) for _part in range(3))
    much_later = LATER + dt.timedelta(minutes=30)
    assert send_due(now=much_later) == 1
    assert send_due(now=much_later + dt.timedelta(seconds=59)) == 0
    assert send_due(now=much_later + dt.timedelta(seconds=60)) == 1
    assert send_due(now=much_later + dt.timedelta(seconds=119)) == 0
    assert send_due(now=much_later + dt.timedelta(seconds=120)) == 1
    sent = Refund.objects.order_by("pk").values_list("sent_at", flat=True)
    assert list(sent) == [much_later + dt.timedelta(minutes=minutes) for minutes in range(3)]
    assert [number for _what, number in gateway.calls] == [first.number, second.number, third.number]


def test_a_gateway_in_trouble_is_called_five_times_a_second(settings, monkeypatch):
    settings.REFUNDS_PER_SECOND = 100
    monkeypatch.setattr(pacing, "PER_SECOND_IN_TROUBLE", 5)
    monkeypatch.setattr(pacing.time, "sleep", lambda seconds: None)
    first = pacing.wait_for_turn("sandbox", in_trouble=False)
    second = pacing.wait_for_turn("sandbox", in_trouble=True)
    third = pacing.wait_for_turn("sandbox", in_trouble=False)
    assert second - first >= 0.0099
    assert third - second >= 0.199


def test_each_gateway_has_a_pace_of_its_own(settings, monkeypatch):
    settings.REFUNDS_PER_SECOND = 0.01
    slept: list[float] = []
    monkeypatch.setattr(pacing.time, "sleep", slept.append)
    for gateway in ("wechat", "wechat", "alipay"):
        pacing.wait_for_turn(gateway, in_trouble=False)
    assert slept == [0, pytest.approx(100, abs=50), 0]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_four_workers_together_keep_the_pace_of_one(settings, monkeypatch):
    """Refunds, 100 a second by default: the pace is the platform's, whichever worker calls."""
    settings.REFUNDS_PER_SECOND = 100
    monkeypatch.setattr(pacing.time, "sleep", lambda seconds: None)
    slots = sorted(itertools.chain(*together(4, _take_slots)))
    assert min(later - earlier for earlier, later in itertools.pairwise(slots)) > 0.0099
    assert slots[-1] - slots[0] > 0.38


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_workers_with_paces_of_their_own_are_four_times_too_fast(settings, monkeypatch):
    """Counter-test: with a row for each worker instead of one for the gateway, slots collide."""
    settings.REFUNDS_PER_SECOND = 1
    monkeypatch.setattr(pacing.time, "sleep", lambda seconds: None)
    slots = sorted(itertools.chain(*together(4, lambda: _take_slots(f"of {threading.get_ident()}"[:20]))))
    assert min(later - earlier for earlier, later in itertools.pairwise(slots)) < 0.99


def _take_slots(gateway: str = "sandbox") -> list[float]:
    return [pacing.wait_for_turn(gateway, in_trouble=False) for _call in range(10)]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_parts_of_one_payment_never_leave_in_the_same_minute_whoever_sends_them(gateway):
    """Refunds, a minute apart also under concurrency: five senders find two parts due, one of them leaves."""
    payment = make_captured(amount_fen=2000)
    for _part in range(2):
        make_refund(payment, amount_fen=1000)
    assert sum(together(5, lambda: send_due(now=LATER + dt.timedelta(hours=1)))) == 1
    assert len(gateway.calls) == 1


@pytest.mark.race
@pytest.mark.counter_test
@pytest.mark.django_db(transaction=True)
def test_without_looking_back_both_parts_leave_at_once(gateway, monkeypatch):
    """Counter-test: with the look at what left lately taken away, the gateway gets both parts within a moment."""
    monkeypatch.setattr(claiming, "_a_minute_apart", lambda due, *, now: list(due))
    payment = make_captured(amount_fen=2000)
    for _part in range(2):
        make_refund(payment, amount_fen=1000)
    assert send_due(now=LATER + dt.timedelta(hours=1)) == 2


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_sixty_wishes_at_once_are_fifty_refunds_a_minute_apart(gateway):
    """Refunds, at most 50 per payment also under concurrency."""
    payment = make_captured(amount_fen=100)
    asked = list(itertools.chain(*together(6, lambda: [_try_part(payment) for _wish in range(10)])))
    assert asked.count(True) == 50
    payment.refresh_from_db()
    assert (payment.refund_count, payment.refund_fen) == (50, 50)
    due = list(Refund.objects.order_by("due_at").values_list("due_at", flat=True))
    assert {later - earlier for earlier, later in itertools.pairwise(due)} == {dt.timedelta(minutes=1)}


def _try_part(payment: Payment) -> bool:
    try:
        make_refund(payment, amount_fen=1)
    except TooManyRefunds:
        return False
    return True


@pytest.mark.django_db(transaction=True)
def test_the_command_and_the_task_send_what_is_due(gateway, capsys):
    _refunds(2)
    call_command("send_refunds")
    assert "2 refunds advanced" in capsys.readouterr().out
    _refunds(1)
    send_refunds()
    send_refunds()
    assert not Refund.objects.exclude(status=RefundStatus.DONE).exists()
    assert gateway.paid_back_fen == 3000


@pytest.mark.django_db(transaction=True)
def test_the_number_is_committed_before_the_gateway_hears_it(gateway, monkeypatch):
    seen = []

    def look(refund: Refund) -> GatewayRefund:
        assert not connection.in_atomic_block
        seen.extend(together(1, lambda: Refund.objects.get(number=refund.number).status))
        return GatewayRefund(RefundStatus.DONE, amount_fen=refund.amount_fen)

    monkeypatch.setattr(gateway, "refund", look)
    _refunds(1)
    send_due(now=LATER)
    assert seen == [RefundStatus.SENT]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_five_senders_at_once_send_each_refund_once(gateway):
    _refunds(20)
    assert sum(together(5, lambda: send_due(now=LATER, limit=10))) == 20
    assert len(gateway.calls) == 20


@pytest.mark.race
@pytest.mark.counter_test
@pytest.mark.django_db(transaction=True)
def test_without_the_claim_senders_do_each_others_work(gateway, monkeypatch):
    """Counter-test: with the claim taken away, the same refund is sent several times (and done once, by its number)."""
    meeting = Meeting(5)

    def no_claim(gateway: str, *, now: dt.datetime, limit: int) -> list[Refund]:
        found = list(Refund.objects.select_related("payment")[:limit])
        meeting.wait()
        return found

    refunds = _refunds(5)
    with transaction.atomic():
        claiming.claim("sandbox", now=LATER, limit=10)
    Refund.objects.update(attempts=0)
    monkeypatch.setattr(sending, "claim", no_claim)
    together(5, lambda: send_due(now=LATER + LEASE))
    assert len(gateway.calls) > len(refunds)
    assert Refund.objects.filter(status=RefundStatus.DONE).count() == 5
