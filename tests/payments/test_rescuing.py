"""Refunds, abnormal → operator queue with a way out: the same number, another account, the balance."""

import datetime as dt
import itertools

import pytest

from common.models import Alert, AuditEntry, OutboxEvent
from common.statemachine import StateChanged
from payments.errors import GatewayUnavailable, PaidBackOtherwise, ReferenceMissing
from payments.gateways.base import GatewayRefund
from payments.models import Callback, LedgerTransaction, Refund
from payments.selectors.ledger import Money, money_of, standing
from payments.services import ledger
from payments.services.rescuing import give_to_balance, pay_elsewhere, retry
from payments.services.returning import confirm_refund
from payments.services.sending import send_due
from payments.states import RefundRoute, RefundStatus
from tests.factories.payments import NOON, make_captured, make_payer, make_refund
from tests.payments.threads import outcomes

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sound")]
LATER = NOON + dt.timedelta(minutes=5)
NEXT_DAY = LATER + dt.timedelta(days=1)


@pytest.fixture
def olga():
    return make_payer("Olga")


@pytest.fixture
def stuck(gateway) -> Refund:
    """Ten yuan of thirty that the gateway cannot give back."""
    refund = make_refund(make_captured(amount_fen=3000), amount_fen=1000)
    gateway.refund_answer = RefundStatus.ABNORMAL
    send_due(now=LATER)
    refund.refresh_from_db()
    assert refund.status == RefundStatus.ABNORMAL
    return refund


def _money(refund: Refund) -> Money:
    return money_of("ticket", [refund.payment.subject_number])


def test_paid_to_another_account_it_is_done_and_leaves_the_bank(stuck, olga, office):
    pay_elsewhere(refund=stuck, reference=" 2026112188 ", note="买家换了卡", actor_id=olga.pk, now=NEXT_DAY)
    stuck.refresh_from_db()
    assert (stuck.status, stuck.route, stuck.reference, stuck.done_at) == ("done", "other", "2026112188", NEXT_DAY)
    assert _money(stuck) == Money(captured_fen=3000, held_fen=2000, refunded_fen=1000)
    assert (standing(ledger.bank()), standing(ledger.clearing("sandbox"))) == (-1000, 3000)
    written = AuditEntry.objects.get()
    assert (written.action, written.actor, written.subject) == ("refund.pay_elsewhere", olga, f"refund:{stuck.number}")
    assert written.detail == {"amount_fen": 1000, "note": "买家换了卡", "reference": "2026112188"}
    assert office.refunded == [stuck.number]
    assert OutboxEvent.objects.latest("pk").name == "payments.RefundDone"


def test_given_to_the_balance_it_is_the_payers_to_spend(stuck, olga, office):
    give_to_balance(refund=stuck, note="买家同意", actor_id=olga.pk, now=NEXT_DAY)
    stuck.refresh_from_db()
    assert (stuck.status, stuck.route, stuck.reference) == (RefundStatus.DONE, RefundRoute.BALANCE, "")
    assert _money(stuck) == Money(captured_fen=3000, held_fen=2000, refunded_fen=1000)
    assert standing(ledger.balance(stuck.payment.payer_id)) == 1000
    assert AuditEntry.objects.get().action == "refund.give_to_balance"
    assert office.refunded == [stuck.number]


def test_without_the_banks_number_nothing_is_paid_elsewhere(stuck, olga, gateway):
    with pytest.raises(ReferenceMissing):
        pay_elsewhere(refund=stuck, reference="  ", note="", actor_id=olga.pk, now=NEXT_DAY)
    assert gateway.calls == [("refund", stuck.number)]
    assert not AuditEntry.objects.exists()


def test_what_the_gateway_has_done_after_all_is_not_paid_again(stuck, olga, gateway, office):
    """It is asked once more before anything is booked."""
    gateway.finish(stuck)
    with pytest.raises(StateChanged):
        give_to_balance(refund=stuck, note="", actor_id=olga.pk, now=NEXT_DAY)
    stuck.refresh_from_db()
    assert (stuck.status, stuck.route) == (RefundStatus.DONE, RefundRoute.ORIGINAL)
    assert standing(ledger.balance(stuck.payment.payer_id)) == 0
    assert office.refunded == [stuck.number]


def test_while_nobody_can_say_what_the_gateway_did_nothing_is_paid(stuck, olga, gateway):
    gateway.silent = True
    with pytest.raises(GatewayUnavailable):
        pay_elsewhere(refund=stuck, reference="1", note="", actor_id=olga.pk, now=NEXT_DAY)
    stuck.refresh_from_db()
    assert stuck.status == RefundStatus.ABNORMAL


@pytest.mark.parametrize("way", [pay_elsewhere, give_to_balance])
def test_only_an_abnormal_refund_goes_another_way(gateway, olga, way):
    refund = make_refund(make_captured())
    proof = {"reference": "1"} if way is pay_elsewhere else {}
    with pytest.raises(StateChanged):
        way(refund=refund, note="", actor_id=olga.pk, now=NEXT_DAY, **proof)
    assert not AuditEntry.objects.exists()
    assert not LedgerTransaction.objects.filter(key__startswith="refunded:").exists()


def test_a_gateway_that_says_later_it_paid_too_is_kept_as_evidence_and_books_nothing(stuck, olga, office):
    """A contradiction: one row of evidence and one alert, however often it is said, and no fen moves."""
    pay_elsewhere(refund=stuck, reference="2026112188", note="", actor_id=olga.pk, now=NEXT_DAY)
    before = _money(stuck)
    said = GatewayRefund(RefundStatus.DONE, amount_fen=1000)
    for _time in range(2):
        with pytest.raises(PaidBackOtherwise):
            confirm_refund(refund_id=stuck.pk, fact=said, now=NEXT_DAY)
    kept = Callback.objects.get(verdict=Callback.Verdict.REJECTED)
    assert (kept.reason, kept.payment) == ("paid_back_otherwise", stuck.payment)
    alert = Alert.objects.get()
    assert (alert.kind, alert.subject) == ("payment_contradicted", f"payment:{stuck.payment.number}")
    event = OutboxEvent.objects.get(name="payments.PaymentMismatched")
    assert event.payload == {"payment_id": stuck.payment_id, "reason": "paid_back_otherwise"}
    assert (_money(stuck), office.refunded) == (before, [stuck.number])


def test_a_gateway_that_says_later_it_could_not_is_no_contradiction(stuck, olga):
    give_to_balance(refund=stuck, note="", actor_id=olga.pk, now=NEXT_DAY)
    for status in (RefundStatus.ABNORMAL, RefundStatus.PROCESSING):
        confirm_refund(refund_id=stuck.pk, fact=GatewayRefund(status), now=NEXT_DAY)
    assert not Alert.objects.exists()


def test_sent_again_it_goes_under_its_own_number(stuck, olga, gateway):
    gateway.refund_answer = RefundStatus.DONE
    retry(refund=stuck, actor_id=olga.pk, now=NEXT_DAY)
    send_due(now=NEXT_DAY)
    assert [number for _what, number in gateway.calls] == [stuck.number, stuck.number]
    assert gateway.paid_back_fen == 1000


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_five_operators_at_once_pay_it_once(stuck, olga):
    """Two press "to the balance" and three "another account": one of them is right, the money moves once."""
    presses = itertools.count()

    def press() -> Refund:
        pressed = Refund.objects.get(pk=stuck.pk)
        if next(presses) % 2:
            return give_to_balance(refund=pressed, note="", actor_id=olga.pk, now=NEXT_DAY)
        return pay_elsewhere(refund=pressed, reference="1", note="", actor_id=olga.pk, now=NEXT_DAY)

    results = outcomes(5, press)
    assert sum(isinstance(result, Refund) for result in results) == 1
    assert sum(isinstance(result, StateChanged) for result in results) == 4
    assert LedgerTransaction.objects.filter(key=f"refunded:{stuck.number}").count() == 1
    assert _money(stuck) == Money(captured_fen=3000, held_fen=2000, refunded_fen=1000)
