"""F3: gateways' bills against our books. Every difference is found once, and repaired by facts or by nobody."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from common.models import Transition
from payments.errors import AlreadyReconciling, DayNotOver, GatewayUnavailable
from payments.gateways.base import BillLine, GatewayPayment
from payments.models import (
    LedgerTransaction,
    Payment,
    ReconciliationCase,
    ReconciliationLine,
    ReconciliationRun,
    Refund,
)
from payments.services.querying import resolve
from payments.services.reconciling import deciding, reading
from payments.services.reconciling.reading import reconcile
from payments.services.rescuing import retry
from payments.services.sending import send_due
from payments.states import BillLineKind, CaseOutcome, CaseStatus, PaymentStatus, RefundRoute, RefundStatus
from tests.factories.payments import (
    NOON,
    FakeGateway,
    captured_fact,
    make_captured,
    make_payer,
    make_payment,
    make_refund,
)
from tests.payments.threads import outcomes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound")]
A_DAY = dt.timedelta(days=1)
DAY = dt.date(2026, 11, 20)
# Half past ten on the morning after, in Shanghai.
MORNING = dt.datetime(2026, 11, 21, 2, 30, tzinfo=dt.UTC)
# When even an empty bill is believed.
LATE = MORNING + 2 * A_DAY
FIVE_PAST = NOON + dt.timedelta(minutes=5)


def paid_line(payment: Payment, **changes: Any) -> BillLine:
    """A payment as an honest bill has it."""
    said: dict[str, Any] = {
        "kind": BillLineKind.PAYMENT,
        "number": payment.number,
        "gateway_number": f"GW-{payment.number}",
        "amount_fen": payment.amount_fen,
        "status": PaymentStatus.CAPTURED,
        "at": payment.created_at + dt.timedelta(minutes=1),
    }
    return BillLine(**said | changes)


def refund_line(refund: Refund, **changes: Any) -> BillLine:
    """A refund as an honest bill has it."""
    said: dict[str, Any] = {
        "kind": BillLineKind.REFUND,
        "number": refund.number,
        "gateway_number": f"GW-{refund.payment.number}",
        "amount_fen": refund.amount_fen,
        "status": RefundStatus.DONE,
        "at": refund.requested_at,
    }
    return BillLine(**said | changes)


def done_refund(*, now: dt.datetime = FIVE_PAST) -> Refund:
    """A refund that has arrived."""
    refund = make_refund(make_captured(), amount_fen=400, now=now)
    send_due(now=now)
    return Refund.objects.select_related("payment").get(pk=refund.pk)


def read(gateway: FakeGateway, *lines: BillLine, day: dt.date = DAY, now: dt.datetime = MORNING) -> ReconciliationRun:
    """The gateway hands out this bill."""
    gateway.bills[day] = list(lines)
    return reconcile(gateway="sandbox", day=day, now=now)


def found() -> list[tuple[str, str, str]]:
    """Every case: what, about which document, and how it stands."""
    return list(ReconciliationCase.objects.order_by("pk").values_list("difference", "number", "status"))


def totals(run: ReconciliationRun) -> tuple[int, int, int, int, int]:
    run.refresh_from_db()
    return run.line_count, run.matched_count, run.difference_count, run.paid_fen, run.refunded_fen


def rows() -> list[int]:
    models = (ReconciliationRun, ReconciliationLine, ReconciliationCase, Transition, LedgerTransaction, Payment, Refund)
    return [model.objects.count() for model in models]


def test_a_day_on_which_everything_agrees(gateway):
    payment, refund = make_captured(), done_refund()
    run = read(gateway, paid_line(payment), paid_line(refund.payment), refund_line(refund))
    assert totals(run) == (3, 3, 0, 5980, 400)
    assert (run.finished_at, run.error) == (MORNING, "")
    assert found() == []


def test_an_empty_day_is_a_day_that_was_looked_at(gateway):
    assert totals(read(gateway)) == (0, 0, 0, 0, 0)
    assert ReconciliationRun.objects.get().finished_at == MORNING


def five_breaks() -> tuple[list[BillLine], list[tuple[str, str, str]]]:
    fine, unbilled, dearer, undone, double = (make_captured() for _each in range(5))
    bill = [
        paid_line(fine),
        paid_line(fine, number="P-nobody", gateway_number="GW-nobody"),
        paid_line(dearer, amount_fen=2991),
        paid_line(undone, status=PaymentStatus.FAILED),
        paid_line(double),
        paid_line(double),
    ]
    expected = [
        ("amount", dearer.number, "open"),
        ("duplicate", double.number, "open"),
        ("missing_here", "P-nobody", "open"),
        ("missing_there", unbilled.number, "open"),
        ("status", undone.number, "open"),
    ]
    return bill, expected


def test_five_kinds_of_breaks_are_found_five_of_five(gateway):
    """F3: each with what both sides say, and nothing else is touched."""
    bill, expected = five_breaks()
    run = read(gateway, *bill)
    assert sorted(found()) == expected
    assert totals(run) == (6, 2, 5, 17941, 0)
    sides = {
        case.difference: (case.their_fen, case.their_status, case.our_fen, case.our_status)
        for case in ReconciliationCase.objects.all()
    }
    assert sides == {
        "amount": (2991, "captured", 2990, "captured"),
        "duplicate": (2990, "captured", 2990, "captured"),
        "missing_here": (2990, "captured", None, ""),
        "missing_there": (None, "", 2990, "captured"),
        "status": (2990, "failed", 2990, "captured"),
    }
    case = ReconciliationCase.objects.get(difference="missing_there")
    assert (str(case.payment), case.day, case.opened_at, case.owner) == (case.number, DAY, MORNING, None)
    assert not Payment.objects.exclude(status=PaymentStatus.CAPTURED).exists()
    assert LedgerTransaction.objects.count() == 5


def test_reading_the_same_bill_again_adds_no_row(gateway):
    bill, expected = five_breaks()
    read(gateway, *bill)
    before = rows()
    run = read(gateway, *bill, now=MORNING + dt.timedelta(hours=1))
    assert rows() == before
    assert sorted(found()) == expected
    assert (run.attempt, run.finished_attempt) == (2, 2)


def test_a_payment_whose_message_was_lost_is_captured_once(gateway, office):
    """F3: the gateway is asked, and its answer goes the way of every answer; the case closes by itself."""
    payment = make_payment()
    gateway.pay(payment)
    run = read(gateway, paid_line(payment))
    payment.refresh_from_db()
    assert (payment.status, payment.applied) == (PaymentStatus.CAPTURED, True)
    case = ReconciliationCase.objects.get()
    assert (case.difference, case.our_status, case.status) == ("missing_here", "pending", CaseStatus.REPAIRED)
    assert (case.outcome, case.closed_at, case.replayed_at) == (CaseOutcome.CAPTURED, MORNING, MORNING)
    assert (case.answer_fen, case.answer_status) == (2990, "captured")
    assert totals(run) == (1, 1, 0, 2990, 0)
    read(gateway, paid_line(payment))
    assert office.captured == [payment.number]
    assert LedgerTransaction.objects.get().key == f"capture:{payment.number}"
    assert found() == [("missing_here", payment.number, "repaired")]


def test_money_for_a_payment_that_was_given_up_is_found_as_well(gateway, office):
    payment = make_payment()
    resolve(payment=payment, now=FIVE_PAST, close=True)
    gateway.pay(payment)
    read(gateway, paid_line(payment))
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.CAPTURED
    assert found() == [("missing_here", payment.number, "repaired")]


def test_a_bill_alone_captures_nothing(gateway, office):
    """The gateway, asked, knows nothing of the money: a person has to look."""
    payment = make_payment()
    read(gateway, paid_line(payment))
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.PENDING
    assert found() == [("missing_here", payment.number, "open")]
    case = ReconciliationCase.objects.get()
    assert (case.answer_fen, case.answer_status, case.error) == (None, "pending", "")
    assert office.captured == []


def test_another_amount_is_never_captured_and_the_contradiction_is_kept(gateway, office):
    payment = make_payment()
    gateway.pay(payment, amount_fen=2989)
    read(gateway, paid_line(payment, amount_fen=2989))
    assert found() == [("amount", payment.number, "open")]
    case = ReconciliationCase.objects.get()
    assert (case.answer_fen, case.answer_status) == (2989, "captured")
    assert "2989" in case.error
    assert payment.callbacks.get().reason == "amount_mismatch"
    assert office.captured == []


def test_a_refund_without_an_answer_is_finished_by_the_bill(gateway, office):
    refund = make_refund(make_captured(), amount_fen=400)
    gateway.swallow = 1
    send_due(now=FIVE_PAST)
    refund.refresh_from_db()
    assert refund.status == RefundStatus.SENT
    read(gateway, paid_line(refund.payment), refund_line(refund))
    refund.refresh_from_db()
    assert refund.status == RefundStatus.DONE
    assert office.refunded == [refund.number]
    assert gateway.paid_back_fen == 400
    assert ReconciliationCase.objects.get().outcome == CaseOutcome.REFUND_MOVED
    assert found() == [("status", refund.number, "repaired")]


def test_a_refund_that_an_operator_sent_again_is_not_spoiled_by_old_news(gateway):
    gateway.refund_answer = RefundStatus.ABNORMAL
    refund = make_refund(make_captured(), amount_fen=400)
    send_due(now=FIVE_PAST)
    refund.refresh_from_db()
    retry(refund=refund, actor_id=make_payer("Olga").pk, now=MORNING)
    read(gateway, paid_line(refund.payment), refund_line(refund, status=RefundStatus.ABNORMAL))
    refund.refresh_from_db()
    assert refund.status == RefundStatus.SENT
    assert found() == [("status", refund.number, "open")]
    gateway.refund_answer = RefundStatus.DONE
    send_due(now=MORNING + dt.timedelta(minutes=1))
    read(gateway, paid_line(refund.payment), refund_line(refund, status=RefundStatus.ABNORMAL))
    assert found() == [("status", refund.number, "repaired")]


REFUNDS = [
    ("done", "done", RefundRoute.ORIGINAL, ""),
    ("processing", "processing", RefundRoute.ORIGINAL, ""),
    ("processing", "done", RefundRoute.ORIGINAL, ""),
    ("processing", "abnormal", RefundRoute.ORIGINAL, ""),
    ("abnormal", "abnormal", RefundRoute.ORIGINAL, ""),
    ("abnormal", "done", RefundRoute.OTHER, ""),
    ("done", "requested", RefundRoute.ORIGINAL, "status"),
    ("done", "abnormal", RefundRoute.ORIGINAL, "status"),
    ("abnormal", "done", RefundRoute.ORIGINAL, "status"),
    ("done", "done", RefundRoute.OTHER, "status"),
    ("done", "done", RefundRoute.BALANCE, "status"),
]


@pytest.mark.parametrize(("theirs", "ours", "route", "difference"), REFUNDS)
def test_what_counts_as_agreement_about_a_refund(gateway, monkeypatch, theirs, ours, route, difference):
    """What has moved on since the bill was written is no difference; money that left twice is one."""
    monkeypatch.setattr(reading, "replay_run", lambda *, run, now: run)
    refund = make_refund(make_captured(), amount_fen=400)
    held = {"status": refund.status, "route": refund.route, "reference": ""}
    changed = {"status": ours, "route": route, "reference": "BANK-1", "done_at": FIVE_PAST if ours == "done" else None}
    Refund.objects.filter(pk=refund.pk).update(**changed)
    read(gateway, paid_line(refund.payment), refund_line(refund, status=RefundStatus(theirs)))
    assert ReconciliationLine.objects.get(kind="refund").difference == difference
    Refund.objects.filter(pk=refund.pk).update(**held)


def test_a_gateway_that_is_silent_is_asked_again(gateway, monkeypatch):
    payment = make_payment()
    gateway.pay(payment)

    def silence(payment: Payment) -> GatewayPayment:
        raise GatewayUnavailable

    with monkeypatch.context() as patched:
        patched.setattr(gateway, "query", silence)
        read(gateway, paid_line(payment))
    assert found() == [("missing_here", payment.number, "open")]
    assert ReconciliationCase.objects.get().replayed_at is None
    read(gateway, paid_line(payment))
    assert found() == [("missing_here", payment.number, "repaired")]


def test_what_a_person_settled_stays_settled(gateway):
    bill, _expected = five_breaks()
    read(gateway, *bill)
    olga = make_payer("Olga")
    case = ReconciliationCase.objects.get(difference="duplicate")
    deciding.settle(case=case, actor_id=olga.pk, note="渠道承认账单重复", now=MORNING)
    read(gateway, *bill)
    case.refresh_from_db()
    assert (case.status, case.outcome, case.note, case.owner) == ("settled", "by_hand", "渠道承认账单重复", olga)
    read(gateway, now=LATE)
    case.refresh_from_db()
    assert case.status == CaseStatus.SETTLED


def test_a_bill_that_was_put_right_closes_its_cases_and_a_wrong_one_opens_them_again(gateway):
    payment = make_captured()
    read(gateway, now=LATE)
    read(gateway, paid_line(payment))
    assert found() == [("missing_there", payment.number, "repaired")]
    assert ReconciliationCase.objects.get().outcome == CaseOutcome.GONE
    read(gateway, now=LATE)
    case = ReconciliationCase.objects.get()
    assert (case.status, case.outcome, case.closed_at) == ("open", "", None)
    steps = Transition.objects.filter(entity="payments.reconciliationcase").order_by("pk")
    assert [step.to_state for step in steps] == ["open", "repaired", "open"]


def test_a_day_goes_from_midnight_to_midnight_in_shanghai(gateway):
    midnight = dt.datetime(2026, 11, 19, 16, tzinfo=dt.UTC)
    instant = dt.timedelta(microseconds=1)
    numbers = {}
    for name, paid_at in {
        "day before": midnight - instant,
        "first": midnight,
        "last": midnight + A_DAY - instant,
        "day after": midnight + A_DAY,
    }.items():
        payment = make_captured()
        Payment.objects.filter(pk=payment.pk).update(captured_at=paid_at)
        numbers[name] = payment.number
    read(gateway, now=LATE)
    assert {number for _kind, number, _status in found()} == {numbers["first"], numbers["last"]}


def test_a_refund_that_arrives_a_day_later_is_not_missed(gateway):
    """It stands on the bill of the day it was accepted."""
    gateway.refund_answer = RefundStatus.PROCESSING
    refund = make_refund(make_captured(), amount_fen=400)
    send_due(now=FIVE_PAST)
    read(gateway, paid_line(refund.payment), refund_line(refund, status=RefundStatus.PROCESSING))
    gateway.finish(refund)
    send_due(now=FIVE_PAST + A_DAY)
    Refund.objects.filter(pk=refund.pk).update(done_at=FIVE_PAST + A_DAY)
    read(gateway, day=DAY + A_DAY, now=MORNING + A_DAY)
    assert found() == []


def test_a_refund_on_no_bill_is_missed_on_the_day_it_arrived(gateway):
    refund = done_refund()
    Refund.objects.filter(pk=refund.pk).update(done_at=FIVE_PAST + A_DAY)
    read(gateway, paid_line(refund.payment))
    assert found() == []
    read(gateway, day=DAY + A_DAY, now=LATE)
    assert found() == [("missing_there", refund.number, "open")]


def test_what_was_sent_before_the_first_bill_we_read_cannot_be_missed(gateway):
    refund = done_refund()
    Refund.objects.filter(pk=refund.pk).update(done_at=FIVE_PAST + A_DAY)
    read(gateway, day=DAY + A_DAY, now=MORNING + A_DAY)
    assert found() == []


def test_what_one_bill_misses_and_the_next_one_has_is_found(gateway):
    payment = make_captured()
    read(gateway, now=LATE)
    read(gateway, paid_line(payment), day=DAY + A_DAY, now=LATE)
    assert found() == [("missing_there", payment.number, "repaired")]


def test_a_line_on_two_bills_is_a_duplicate(gateway):
    payment = make_captured()
    read(gateway, paid_line(payment))
    read(gateway, paid_line(payment), day=DAY + A_DAY, now=MORNING + A_DAY)
    assert found() == [("duplicate", payment.number, "open")]


def test_another_gateways_payments_and_refunds_to_the_balance_are_on_nobodys_bill(gateway):
    other = make_captured(gateway="fake")
    refund = done_refund()
    Refund.objects.filter(pk=refund.pk).update(route=RefundRoute.BALANCE, sent_at=None)
    read(gateway, paid_line(refund.payment))
    assert found() == []
    read(gateway, paid_line(refund.payment), paid_line(other))
    assert found() == [("missing_here", other.number, "open")]
    Refund.objects.filter(pk=refund.pk).update(route=RefundRoute.ORIGINAL)


def test_before_the_day_is_over_nothing_is_asked(gateway):
    with pytest.raises(DayNotOver):
        reconcile(gateway="sandbox", day=DAY + A_DAY, now=MORNING)
    assert gateway.calls == []
    assert not ReconciliationRun.objects.exists()


def test_a_bill_that_is_not_ready_opens_no_case(gateway):
    make_captured()
    gateway.silent = True
    with pytest.raises(GatewayUnavailable):
        read(gateway)
    run = ReconciliationRun.objects.get()
    assert (run.finished_at, run.leased_until, run.due_at) == (None, None, MORNING + reading.TRY_AGAIN)
    assert "没有回应" in run.error
    assert found() == []


def test_an_empty_bill_is_not_believed_for_a_day_when_our_books_know_better(gateway):
    """Before it is made, a gateway may say that nothing moved: no false cases."""
    payment = make_captured()
    midnight = dt.datetime(2026, 11, 21, 16, tzinfo=dt.UTC)
    for hours in (0, 1):
        with pytest.raises(GatewayUnavailable):
            read(gateway, now=MORNING + dt.timedelta(hours=hours))
    with pytest.raises(GatewayUnavailable):
        read(gateway, now=midnight - dt.timedelta(seconds=1))
    assert found() == []
    assert not ReconciliationLine.objects.exists()
    assert totals(ReconciliationRun.objects.get()) == (0, 0, 0, 0, 0)
    read(gateway, now=midnight)
    assert found() == [("missing_there", payment.number, "open")]


def test_a_bill_that_breaks_off_counts_for_nothing(gateway, monkeypatch):
    """Neither does it undo what an earlier reading found."""
    payment = make_captured()
    read(gateway, paid_line(payment))
    monkeypatch.setattr(reading, "BATCH", 1)

    def breaking(day: dt.date) -> Iterator[BillLine]:
        yield paid_line(payment, amount_fen=1)
        raise GatewayUnavailable

    monkeypatch.setattr(gateway, "read_bill", breaking)
    with pytest.raises(GatewayUnavailable):
        reconcile(gateway="sandbox", day=DAY, now=MORNING + A_DAY)
    run = ReconciliationRun.objects.get()
    assert (run.finished_at, run.finished_attempt, run.attempt) == (MORNING, 1, 2)
    assert ReconciliationLine.objects.get().their_fen == 2990
    assert found() == []


def test_whoever_was_overtaken_while_reading_changes_nothing(gateway, monkeypatch):
    """A lease that ran out: another has begun anew and finished, and the first finds out before it counts."""
    payment = make_captured()
    plain = gateway.read_bill

    def slow(day: dt.date) -> Iterator[BillLine]:
        monkeypatch.setattr(gateway, "read_bill", plain)
        yield paid_line(payment, amount_fen=1)
        read(gateway, paid_line(payment), now=MORNING + reading.LEASE)

    monkeypatch.setattr(gateway, "read_bill", slow)
    with pytest.raises(AlreadyReconciling):
        reconcile(gateway="sandbox", day=DAY, now=MORNING)
    assert ReconciliationLine.objects.get().their_fen == 2990
    assert found() == []
    run = ReconciliationRun.objects.get()
    assert (run.finished_attempt, run.error, run.leased_until) == (2, "", None)


def test_a_long_bill_costs_no_query_for_each_line(gateway, monkeypatch):
    monkeypatch.setattr(reading, "BATCH", 50)

    bill: list[BillLine] = []

    def cost(lines: int) -> int:
        bill.extend(paid_line(make_captured(gateway="fake")) for _line in range(lines))
        gateway.bills[DAY] = bill
        with CaptureQueriesContext(connection) as queries:
            reconcile(gateway="fake", day=DAY, now=MORNING)
        return len(queries)

    first = cost(1)
    assert cost(30) <= first


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_eight_at_once_find_one_set_of_cases(gateway):
    bill, expected = five_breaks()
    gateway.bills[DAY] = bill
    results = outcomes(8, lambda: reconcile(gateway="sandbox", day=DAY, now=MORNING))
    assert all(isinstance(result, ReconciliationRun | AlreadyReconciling) for result in results)
    assert any(isinstance(result, ReconciliationRun) for result in results)
    assert sorted(found()) == expected
    assert ReconciliationLine.objects.count() == 7


@pytest.mark.race
@pytest.mark.counter_test
@pytest.mark.django_db(transaction=True)
def test_without_the_claim_everybody_reads_and_still_one_counts(gateway, monkeypatch):
    """Counter-test: the lease gone, all eight read the bill; the attempt they carry lets the last one alone count."""
    bill, expected = five_breaks()
    gateway.bills[DAY] = bill
    monkeypatch.setattr(reading, "LEASE", dt.timedelta(0))
    outcomes(8, lambda: reconcile(gateway="sandbox", day=DAY, now=MORNING))
    assert [what for what, _day in gateway.calls].count("read_bill") == 8
    assert sorted(found()) == expected
    assert ReconciliationLine.objects.count() == 7
    assert ReconciliationRun.objects.get().attempt == 8


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_five_replays_at_once_capture_once(gateway, office, monkeypatch):
    payment = make_payment()
    with monkeypatch.context() as patched:
        patched.setattr(reading, "replay_run", lambda *, run, now: run)
        read(gateway, paid_line(payment))
    gateway.payments[payment.number] = captured_fact(payment)
    olga = make_payer("Olga")
    case = ReconciliationCase.objects.get()
    outcomes(5, lambda: deciding.ask_gateway(case=case, actor_id=olga.pk, now=MORNING))
    assert found() == [("missing_here", payment.number, "repaired")]
    assert office.captured == [payment.number]
    assert LedgerTransaction.objects.count() == 1
