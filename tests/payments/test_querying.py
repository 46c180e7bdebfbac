"""Messages get lost; asking finds what happened."""

import datetime as dt

import pytest
from django.db import transaction

from common.models import Alert
from payments.errors import GatewayRefused, GatewayUnavailable
from payments.gateways.base import GatewayPayment
from payments.models import Callback, Payment
from payments.selectors.payments import applied_payment, payments_of, pending_payment
from payments.services.querying import query_overdue, resolve
from payments.states import PaymentStatus
from payments.subjects import Subject, owners
from payments.tasks import query_payments
from tests.factories.payments import NOON, make_captured, make_merchant, make_payer, make_payment
from tests.payments.threads import together

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound")]
A_MINUTE_ON = NOON + dt.timedelta(seconds=60)
AFTER_DEADLINE = NOON + dt.timedelta(minutes=15)


def test_a_lost_message_is_found_after_a_minute(gateway, office):
    payment = make_payment()
    gateway.pay(payment)
    assert query_overdue(now=A_MINUTE_ON - dt.timedelta(seconds=1)) == 0
    assert query_overdue(now=A_MINUTE_ON) == 1
    assert office.captured == [payment.number]


def test_whoever_takes_his_time_is_asked_about_once_a_minute(gateway):
    payment = make_payment()
    query_overdue(now=A_MINUTE_ON)
    query_overdue(now=A_MINUTE_ON + dt.timedelta(seconds=59))
    query_overdue(now=A_MINUTE_ON + dt.timedelta(seconds=60))
    assert gateway.calls == [("query", payment.number)] * 2


def test_past_its_deadline_a_payment_is_closed(gateway):
    payment = make_payment()
    assert query_overdue(now=AFTER_DEADLINE) == 1
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.CLOSED
    assert gateway.calls == [("close", payment.number)]


def test_closing_what_was_paid_captures_it(gateway, office):
    payment = make_payment()
    gateway.pay(payment)
    assert resolve(payment=payment, now=AFTER_DEADLINE, close=True).status == PaymentStatus.CAPTURED
    assert office.captured == [payment.number]


def test_what_has_a_result_is_not_asked_about(gateway):
    payment = make_captured()
    assert resolve(payment=payment, now=NOON, close=True) == payment
    assert query_overdue(now=AFTER_DEADLINE) == 0
    assert gateway.calls == []


def test_a_failed_payment_says_so(gateway):
    payment = make_payment()
    gateway.payments[payment.number] = GatewayPayment(PaymentStatus.FAILED)
    assert resolve(payment=payment, now=NOON, close=False).status == PaymentStatus.FAILED


def test_another_amount_counts_as_not_paid_and_is_kept(gateway, office):
    payment = make_payment()
    gateway.pay(payment, amount_fen=1)
    assert resolve(payment=payment, now=NOON, close=False).status == PaymentStatus.PENDING
    assert resolve(payment=payment, now=NOON, close=True).status == PaymentStatus.CLOSED
    assert Callback.objects.get().reason == "amount_mismatch"
    assert office.captured == []


def test_silence_is_passed_on_and_nothing_is_guessed(gateway):
    payment = make_payment()
    gateway.silent = True
    with pytest.raises(GatewayUnavailable):
        resolve(payment=payment, now=AFTER_DEADLINE, close=True)
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.PENDING


def test_the_sweep_leaves_a_silent_gateway_alone_and_comes_back(gateway):
    alice, merchant = make_payer(), make_merchant()
    for _each in range(5):
        make_payment(payer=alice, merchant=merchant)
    gateway.silent = True
    assert query_overdue(now=AFTER_DEADLINE) == 0
    assert len(gateway.calls) == 3
    gateway.silent = False
    assert query_overdue(now=AFTER_DEADLINE + dt.timedelta(minutes=1)) == 5


def test_three_that_get_no_answer_hold_up_nobody_for_ever(gateway, office, monkeypatch):
    """Reliability 3: whatever is asked about in vain goes to the back of the queue."""
    stuck = {make_payment().number for _each in range(3)}
    fine = make_payment()
    gateway.pay(fine)
    query = gateway.query

    def refuse_some(payment):
        if payment.number in stuck:
            raise GatewayRefused(reason="what?")
        return query(payment)

    monkeypatch.setattr(gateway, "query", refuse_some)
    assert query_overdue(now=A_MINUTE_ON) == 0
    assert query_overdue(now=A_MINUTE_ON + dt.timedelta(seconds=20)) == 1
    assert office.captured == [fine.number]


def test_one_that_breaks_hurts_no_neighbour(gateway, office, monkeypatch):
    broken, fine = make_payment(subject=Subject("unheard-of", "1")), make_payment()
    gateway.pay(broken)
    gateway.pay(fine)
    query_overdue(now=A_MINUTE_ON)
    assert office.captured == [fine.number]
    broken.refresh_from_db()
    assert broken.status == PaymentStatus.PENDING
    alert = Alert.objects.get()
    assert (alert.kind, alert.subject, alert.closed_at) == ("payment_unresolved", f"payment:{broken.number}", None)
    monkeypatch.setitem(owners._entries, "unheard-of", owners["ticket"])
    query_overdue(now=A_MINUTE_ON + dt.timedelta(minutes=1))
    assert office.captured == [fine.number, broken.number]
    assert Alert.objects.get().closed_at == A_MINUTE_ON + dt.timedelta(minutes=1)


def test_the_attempts_to_pay_a_thing_are_found(gateway):
    ticket = Subject("ticket", "T-1")
    first = make_payment(subject=ticket)
    assert pending_payment(ticket) == first
    resolve(payment=first, now=NOON, close=True)
    second = make_captured(subject=ticket)
    assert list(payments_of(ticket)) == [second, first]
    assert pending_payment(ticket) is None
    assert applied_payment(ticket) == second
    assert applied_payment(ticket, instalment=2) is None


@pytest.mark.django_db(transaction=True)
def test_the_task_may_run_twice(gateway, office):
    payment = make_payment()
    gateway.pay(payment)
    query_payments()
    query_payments()
    assert office.captured == [payment.number]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_five_sweeps_at_once_ask_once(gateway, office):
    payment = make_payment()
    gateway.pay(payment)
    together(5, lambda: query_overdue(now=A_MINUTE_ON))
    assert gateway.calls == [("query", payment.number)]
    assert office.captured == [payment.number]


@pytest.mark.django_db(transaction=True)
def test_the_gateway_is_asked_outside_of_any_transaction(gateway, monkeypatch):
    payment = make_payment()

    def ask(asked: Payment) -> GatewayPayment:
        assert not transaction.get_connection().in_atomic_block
        return GatewayPayment(PaymentStatus.PENDING)

    monkeypatch.setattr(gateway, "query", ask)
    assert resolve(payment=payment, now=NOON, close=False).status == PaymentStatus.PENDING
