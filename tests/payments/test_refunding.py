"""Money is promised back: never more than came in, once for each reason, all or nothing."""

import datetime as dt
from collections.abc import Iterable

import pytest
from django.db import IntegrityError, transaction

from common.models import Transition
from payments.errors import (
    NotCaptured,
    RefundAmountInvalid,
    RefundedBefore,
    RefundTooLarge,
    TooManyRefunds,
)
from payments.models import LedgerTransaction, Payment, Refund
from payments.selectors.ledger import Money, money_of
from payments.services import refunding
from payments.services.refunding import RefundRequest, request_refunds
from payments.states import RefundKind, RefundStatus
from tests.factories.payments import NOON, make_captured, make_merchant, make_payer, make_payment, make_refund
from tests.parallel import Meeting
from tests.payments.threads import outcomes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gateway", "sound")]
LATER = NOON + dt.timedelta(minutes=5)


def _wanted(payment: Payment, amount_fen: int, kind: RefundKind = RefundKind.AFTER_SALES) -> RefundRequest:
    return RefundRequest(payment_id=payment.pk, kind=kind, amount_fen=amount_fen, reason="差价")


def _look_without_locking(payment_ids: Iterable[int]) -> dict[int, Payment]:
    """What takes the place of the lock in counter-tests."""
    return {payment.pk: payment for payment in Payment.objects.filter(pk__in=set(payment_ids))}


def test_a_difference_goes_from_escrow_into_flight():
    """F2: a refund moves money between accounts, fen by fen."""
    payment = make_captured(amount_fen=2990)
    refund = make_refund(payment, amount_fen=400, kind=RefundKind.TIER_DIFFERENCE)
    assert (refund.status, refund.due_at, refund.number[0]) == (RefundStatus.REQUESTED, LATER, "R")
    payment.refresh_from_db()
    assert (payment.refund_fen, payment.refund_count) == (400, 1)
    assert money_of("ticket", [payment.subject_number]) == Money(
        captured_fen=2990, held_fen=2590, in_flight_fen=400, refunded_fen=0
    )
    assert Transition.objects.get(entity="payments.refund", object_id=refund.pk).to_state == "requested"


def test_the_last_fen_may_go_back_and_not_one_more():
    payment = make_captured(amount_fen=2990)
    make_refund(payment, amount_fen=2900)
    with pytest.raises(RefundTooLarge) as refusal:
        make_refund(payment, amount_fen=91)
    assert refusal.value.params == {"payment": payment.number, "left_fen": 90}
    make_refund(payment, amount_fen=90)
    assert Refund.objects.count() == 2


def test_one_offender_stops_them_all_and_is_named():
    alices, bobs = make_captured(amount_fen=2990), make_captured(amount_fen=1000, payer=make_payer("Bob"))
    with pytest.raises(RefundTooLarge) as refusal:
        request_refunds(wanted=[_wanted(alices, 2990), _wanted(bobs, 1001)], now=LATER)
    assert refusal.value.params["payment"] == bobs.number
    assert not Refund.objects.exists()
    alices.refresh_from_db()
    assert alices.refund_fen == 0
    assert LedgerTransaction.objects.filter(refund__isnull=False).count() == 0


@pytest.mark.parametrize(
    "kind", [kind for kind in RefundKind if kind not in (RefundKind.AFTER_SALES, RefundKind.UNPAID)]
)
def test_each_reason_counts_once(kind):
    payment = make_captured()
    make_refund(payment, amount_fen=1, kind=kind)
    with pytest.raises(RefundedBefore):
        make_refund(payment, amount_fen=1, kind=kind)
    with pytest.raises(IntegrityError), transaction.atomic():
        Refund.objects.create(payment=payment, kind=kind, amount_fen=1, requested_at=NOON, due_at=NOON)


def test_the_same_reason_twice_in_one_breath_is_refused():
    payment = make_captured()
    twice = [_wanted(payment, 1, RefundKind.MISSED), _wanted(payment, 1, RefundKind.MISSED)]
    with pytest.raises(RefundedBefore):
        request_refunds(wanted=twice, now=LATER)


def test_what_was_never_paid_is_not_refunded():
    with pytest.raises(NotCaptured):
        make_refund(make_payment())


@pytest.mark.parametrize("amount_fen", [-1, 0])
def test_nothing_is_not_a_refund(amount_fen):
    payment = make_captured()
    with pytest.raises(RefundAmountInvalid):
        request_refunds(wanted=[_wanted(payment, amount_fen)], now=LATER)


def test_fifty_parts_are_the_most_a_gateway_takes():
    payment = make_captured()
    request_refunds(wanted=[_wanted(payment, 1)] * 50, now=LATER)
    with pytest.raises(TooManyRefunds):
        make_refund(payment, amount_fen=1)


def test_parts_of_one_payment_leave_a_minute_apart():
    payment, other = make_captured(), make_captured()
    first, second, apart = request_refunds(
        wanted=[_wanted(payment, 1), _wanted(payment, 2), _wanted(other, 3)], now=LATER
    )
    assert [refund.due_at - LATER for refund in (first, second, apart)] == [
        dt.timedelta(0),
        dt.timedelta(seconds=60),
        dt.timedelta(0),
    ]
    third = make_refund(payment, amount_fen=3, now=LATER)
    assert third.due_at - LATER == dt.timedelta(seconds=120)


def test_nothing_wanted_is_nothing_done(django_assert_num_queries):
    with django_assert_num_queries(0):
        assert request_refunds(wanted=[], now=LATER) == []


def test_many_refunds_take_as_many_queries_as_few(django_assert_max_num_queries):
    alice, merchant = make_payer(), make_merchant()
    payments = [make_captured(payer=alice, merchant=merchant) for _each in range(60)]
    with django_assert_max_num_queries(16):
        refunds = request_refunds(wanted=[_wanted(payment, 100) for payment in payments], now=LATER)
    assert [refund.payment_id for refund in refunds] == [payment.pk for payment in payments]
    assert len({refund.number for refund in refunds}) == 60


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_ten_clerks_cannot_give_back_more_than_came_in():
    payment = make_captured(amount_fen=2990)
    results = outcomes(10, lambda: make_refund(payment, amount_fen=1000))
    assert sorted(type(result).__name__ for result in results) == ["Refund"] * 2 + ["RefundTooLarge"] * 8
    payment.refresh_from_db()
    assert payment.refund_fen == 2000


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_ten_settlements_at_once_refund_a_missed_campaign_once():
    payment = make_captured(amount_fen=2990)
    results = outcomes(10, lambda: make_refund(payment, amount_fen=100, kind=RefundKind.MISSED))
    assert sorted(type(result).__name__ for result in results) == ["Refund"] + ["RefundedBefore"] * 9


@pytest.mark.race
@pytest.mark.counter_test
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_and_the_guard_the_constraint_still_stands(monkeypatch):
    """Counter-test: with the lock and the guarded UPDATE gone, only the constraint is left, and it says so loudly."""
    monkeypatch.setattr(refunding, "lock_payments", Meeting(10).after(_look_without_locking))
    unguarded = "\n".join(
        line for line in refunding.PROMISE.splitlines() if not line.startswith("   AND payment.refund")
    )
    monkeypatch.setattr(refunding, "PROMISE", unguarded.replace("RETURNING", "AND 0 < %(most)s RETURNING"))
    payment = make_captured(amount_fen=2990)
    results = outcomes(10, lambda: make_refund(payment, amount_fen=1000))
    assert sorted(type(result).__name__ for result in results) == ["IntegrityError"] * 8 + ["Refund"] * 2


@pytest.mark.race
@pytest.mark.counter_test
@pytest.mark.django_db(transaction=True)
def test_without_the_lock_the_kind_is_not_refused_politely(monkeypatch):
    """Counter-test: without the lock all ten think they are first; the unique constraint stops nine."""
    monkeypatch.setattr(refunding, "lock_payments", _look_without_locking)
    monkeypatch.setattr(refunding, "_check_kinds", Meeting(10).after(refunding._check_kinds))
    payment = make_captured(amount_fen=2990)
    results = outcomes(10, lambda: make_refund(payment, amount_fen=100, kind=RefundKind.MISSED))
    assert sorted(type(result).__name__ for result in results) == ["IntegrityError"] * 9 + ["Refund"]
