"""Money comes in: booked once, offered once, sent back at once when nobody wants it."""

import datetime as dt

import pytest

from common.models import Alert, OutboxEvent, Transition
from payments.errors import AmountMismatch, GatewayNumberMismatch
from payments.gateways.base import GatewayPayment
from payments.models import Callback, LedgerEntry, LedgerTransaction, Refund
from payments.services.capturing import confirm
from payments.states import PaymentStatus, RefundKind
from payments.subjects import Subject
from tests.factories.payments import NOON, captured_fact, make_captured, make_payer, make_payment

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gateway", "sound")]
LATER = NOON + dt.timedelta(minutes=2)


def _books() -> list[tuple[str, str, str, int]]:
    entries = LedgerEntry.objects.order_by("pk").values_list("transaction__key", "side", "account__kind", "amount_fen")
    return list(entries)


def test_alices_payment_is_booked_into_escrow_and_applied(office):
    """F2: every captured fen stands in the double-entry ledger, held in escrow."""
    payment = make_payment(amount_fen=2990)
    paid = confirm(payment_id=payment.pk, fact=captured_fact(payment), now=LATER)
    assert (paid.status, paid.applied) == (PaymentStatus.CAPTURED, True)
    assert paid.captured_at == NOON + dt.timedelta(minutes=1)
    assert paid.gateway_number == f"GW-{payment.number}"
    assert office.captured == [payment.number]
    key = f"capture:{payment.number}"
    assert _books() == [(key, "D", "gateway_clearing", 2990), (key, "C", "escrow", 2990)]
    event = OutboxEvent.objects.get()
    assert event.name == "payments.PaymentCaptured"
    assert event.payload["applied"] is True
    states = Transition.objects.filter(entity="payments.payment").order_by("pk").values_list("to_state", flat=True)
    assert list(states) == ["pending", "captured"]


def test_the_same_news_a_second_time_changes_nothing(office):
    payment = make_captured()
    confirm(payment_id=payment.pk, fact=captured_fact(payment), now=LATER)
    assert office.captured == [payment.number]
    assert LedgerTransaction.objects.count() == 1
    assert OutboxEvent.objects.count() == 1


@pytest.mark.parametrize("told_fen", [2989, 2991, 0])
def test_one_fen_off_is_never_captured_and_kept_as_evidence(office, told_fen):
    """F1: amount mismatch never marks paid; the evidence survives, and waits in a queue."""
    payment = make_payment(amount_fen=2990)
    for _again in range(2):
        with pytest.raises(AmountMismatch):
            confirm(payment_id=payment.pk, fact=captured_fact(payment, amount_fen=told_fen), now=LATER)
    payment.refresh_from_db()
    assert (payment.status, payment.applied) == (PaymentStatus.PENDING, False)
    assert office.captured == []
    assert not LedgerEntry.objects.exists()
    assert Callback.objects.get().reason == "amount_mismatch"
    assert OutboxEvent.objects.get().name == "payments.PaymentMismatched"
    assert not Alert.objects.exists(), "it waits in the queue of messages that fit no payment"


def test_operators_hear_of_a_gateway_that_contradicts_what_is_captured(office):
    """F1: no queue shows a captured payment, so an alert does; the money that is there stays as it is."""
    payment = make_captured(amount_fen=2990)
    with pytest.raises(AmountMismatch):
        confirm(payment_id=payment.pk, fact=captured_fact(payment, amount_fen=5980), now=LATER)
    alert = Alert.objects.get()
    assert (alert.kind, alert.subject) == ("payment_contradicted", f"payment:{payment.number}")
    assert alert.detail == {"reason": "amount_mismatch"}
    assert LedgerTransaction.objects.count() == 1


def test_the_gateway_number_of_bobs_payment_does_not_pay_for_alice(office):
    bobs = make_captured(payer=make_payer("Bob"))
    alices = make_payment()
    fact = captured_fact(alices, gateway_number=bobs.gateway_number)
    with pytest.raises(GatewayNumberMismatch):
        confirm(payment_id=alices.pk, fact=fact, now=LATER)
    alices.refresh_from_db()
    assert alices.status == PaymentStatus.PENDING
    assert office.captured == [bobs.number]


def test_money_without_a_gateway_number_is_not_believed():
    payment = make_payment()
    with pytest.raises(GatewayNumberMismatch):
        confirm(payment_id=payment.pk, fact=captured_fact(payment, gateway_number=""), now=LATER)


def test_a_captured_payment_does_not_change_its_gateway_number():
    payment = make_captured()
    with pytest.raises(GatewayNumberMismatch):
        confirm(payment_id=payment.pk, fact=captured_fact(payment, gateway_number="GW-other"), now=LATER)
    payment.refresh_from_db()
    assert payment.gateway_number == f"GW-{payment.number}"


@pytest.mark.parametrize("kind", [RefundKind.LATE, RefundKind.DUPLICATE])
def test_unwanted_money_goes_back_in_full_and_the_owners_work_is_undone(office, kind):
    office.unwanted = kind
    payment = make_captured(amount_fen=2990)
    assert (payment.status, payment.applied) == (PaymentStatus.CAPTURED, False)
    refund = Refund.objects.get()
    assert (refund.payment, refund.kind, refund.amount_fen) == (payment, kind, 2990)
    payment.refresh_from_db()
    assert payment.title == "苹果 5 斤"
    assert payment.refund_fen == 2990
    assert [line[1:] for line in _books()[2:]] == [("D", "escrow", 2990), ("C", "refund_in_flight", 2990)]
    assert OutboxEvent.objects.get().payload["applied"] is False


def test_the_second_payment_of_one_order_goes_back_without_asking_its_owner(office):
    """F1: paid at two gateways at once, one is applied, the other returned."""
    subject = Subject("ticket", "T-twice")
    first = make_payment(subject=subject, gateway="sandbox")
    confirm(payment_id=first.pk, fact=GatewayPayment(PaymentStatus.CLOSED), now=LATER)
    second = make_payment(subject=subject, gateway="fake")
    confirm(payment_id=first.pk, fact=captured_fact(first), now=LATER)
    unwanted = confirm(payment_id=second.pk, fact=captured_fact(second), now=LATER)
    assert office.captured == [first.number]
    assert not unwanted.applied
    assert Refund.objects.get().kind == RefundKind.DUPLICATE


@pytest.mark.parametrize("ended", [PaymentStatus.FAILED, PaymentStatus.CLOSED])
def test_money_that_comes_after_we_gave_up_is_still_captured(office, ended):
    payment = make_payment()
    confirm(payment_id=payment.pk, fact=GatewayPayment(ended), now=LATER)
    payment.refresh_from_db()
    assert payment.status == ended
    confirm(payment_id=payment.pk, fact=captured_fact(payment), now=LATER)
    assert office.captured == [payment.number]


@pytest.mark.parametrize("status", [PaymentStatus.FAILED, PaymentStatus.CLOSED, PaymentStatus.PENDING])
def test_old_news_never_undoes_a_capture(status):
    payment = make_captured()
    confirm(payment_id=payment.pk, fact=GatewayPayment(status), now=LATER)
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.CAPTURED


def test_what_the_owner_breaks_is_rolled_back_whole(office):
    payment = make_payment()
    office.captured = None
    with pytest.raises(AttributeError):
        confirm(payment_id=payment.pk, fact=captured_fact(payment), now=LATER)
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.PENDING
    assert not LedgerEntry.objects.exists()
