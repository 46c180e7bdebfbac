"""F2: every fen stands in the books twice, for ever."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

from common import invariants
from payments.models import LedgerEntry, LedgerTransaction, Payment
from payments.selectors.ledger import Money, bookings_of, money_of, money_of_house, money_of_merchant, standing
from payments.services import ledger
from payments.services.sending import send_due
from payments.states import Side
from payments.subjects import subject_of
from tests.factories.payments import NOON, make_captured, make_refund

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("gateway")]


def _booking(payment: Payment, *, amount_fen: int = 100) -> ledger.Booking:
    lines = (
        ledger.debit(ledger.subsidy(), amount_fen),
        ledger.credit(ledger.escrow(payment.merchant_id), amount_fen),
    )
    return ledger.Booking("test:1", subject_of(payment), lines, merchant_id=payment.merchant_id)


def test_the_way_of_each_fen_can_be_walked():
    payment = make_captured(amount_fen=2990)
    refund = make_refund(payment, amount_fen=400)
    send_due(now=refund.due_at)
    way = [
        (entry.transaction.key, entry.side, entry.account.kind, entry.amount_fen)
        for entry in bookings_of(subject_of(payment))
    ]
    assert way == [
        (f"capture:{payment.number}", "D", "gateway_clearing", 2990),
        (f"capture:{payment.number}", "C", "escrow", 2990),
        (f"refund:{refund.number}", "D", "escrow", 400),
        (f"refund:{refund.number}", "C", "refund_in_flight", 400),
        (f"refunded:{refund.number}", "D", "refund_in_flight", 400),
        (f"refunded:{refund.number}", "C", "gateway_clearing", 400),
    ]
    expected = Money(captured_fen=2990, held_fen=2590, in_flight_fen=0, refunded_fen=400)
    assert (
        money_of("ticket", [payment.subject_number])
        == money_of_merchant(payment.merchant_id)
        == money_of_house()
        == expected
    )


def test_no_money_is_nowhere():
    assert money_of("ticket", []) == Money(captured_fen=0, held_fen=0, in_flight_fen=0, refunded_fen=0)


def test_nothing_is_booked_twice():
    payment = make_captured()
    ledger.post([_booking(payment)], now=NOON)
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.post([_booking(payment)], now=NOON)


def test_nothing_is_booked_for_nothing():
    payment = make_captured()
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.post([_booking(payment, amount_fen=0)], now=NOON)


@pytest.mark.parametrize("model", [LedgerTransaction, LedgerEntry])
def test_nothing_in_the_books_is_ever_changed(model):
    make_captured()
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        model.objects.all()._raw_delete("default")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        model.objects.update(id=999)


def test_a_booking_that_does_not_balance_is_not_committed():
    payment = make_captured()
    entry = LedgerEntry.objects.filter(side=Side.DEBIT).get()
    booking = LedgerTransaction.objects.create(key="lopsided", payment=payment, booked_at=NOON)
    LedgerEntry.objects.create(transaction=booking, account=entry.account, side=Side.DEBIT, amount_fen=1)
    with connection.cursor() as cursor, pytest.raises(IntegrityError, match="does not balance"), transaction.atomic():
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    transaction.set_rollback(True)


# What a bug would have to do for each statement to fail: triggers and constraints off, then this.
BROKEN = {
    "money_booking_balances": "UPDATE payments_ledgerentry SET amount_fen = amount_fen + 1 WHERE side = 'D'",
    "money_ledger_balances": "UPDATE payments_ledgerentry SET amount_fen = amount_fen + 1 WHERE side = 'C'",
    "money_every_fen_located": "UPDATE payments_refund SET status = 'done'",
    "money_comes_to_lie_somewhere": """
        UPDATE payments_ledgerentry SET amount_fen = 1 WHERE side = 'C' AND account_id IN
               (SELECT id FROM payments_ledgeraccount WHERE kind = 'escrow')""",
    "money_refunds_bounded": "UPDATE payments_payment SET refund_fen = refund_fen - 1",
    "money_applied_once": """
        INSERT INTO payments_payment (number, subject_kind, subject_number, instalment, payer_id, merchant_id, gateway,
               amount_fen, title, status, applied, pay_url, gateway_number, created_at, expires_at, captured_at,
               refund_fen, refund_count)
        SELECT 'P-copy', subject_kind, subject_number, instalment, payer_id, merchant_id, gateway, amount_fen, title,
               status, applied, pay_url, '', created_at, expires_at, captured_at, 0, 0 FROM payments_payment""",
    "money_unwanted_returned": "UPDATE payments_payment SET applied = false",
    "money_captured_has_proof": "UPDATE payments_callback SET amount_fen = amount_fen - 1",
    "money_refund_once_per_kind": """
        UPDATE payments_refund SET kind = 'missed';
        INSERT INTO payments_refund (number, payment_id, kind, amount_fen, reason, status, attempts, due_at,
               requested_at, error, route, reference)
        SELECT 'R-copy', payment_id, kind, amount_fen, reason, status, attempts, due_at, requested_at, error, route,
               reference
          FROM payments_refund""",
    "money_numbers_unique": """
        INSERT INTO payments_refund (number, payment_id, kind, amount_fen, reason, status, attempts, due_at,
               requested_at, error, route, reference)
        SELECT number, payment_id, kind, amount_fen, reason, status, attempts, due_at, requested_at, error, route,
               reference
          FROM payments_refund""",
    "money_refunds_advance": "UPDATE payments_refund SET due_at = now() - interval '1 hour'",
    "money_payments_resolved": "UPDATE payments_payment SET status = 'pending', expires_at = now() - interval '1 hour'",
}
GUARDS = """
ALTER TABLE payments_ledgerentry DISABLE TRIGGER USER;
ALTER TABLE payments_payment DROP CONSTRAINT payment_only_captured_counts;
DROP INDEX payment_applied_once;
DROP INDEX refund_once_per_kind;
ALTER TABLE payments_refund DROP CONSTRAINT payments_refund_number_key;
"""


def test_every_statement_about_money_is_tried():
    declared = {invariant.name for invariant in invariants.all_invariants() if invariant.name.startswith("money")}
    assert declared == set(BROKEN)


@pytest.mark.parametrize("name", BROKEN)
def test_each_statement_notices_when_it_is_broken(name):
    make_refund(make_captured(amount_fen=2990), amount_fen=400)
    statement = next(invariant for invariant in invariants.all_invariants() if invariant.name == name)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(GUARDS)
        before = None if statement.settled else invariants.check(statement)
        cursor.execute(BROKEN[name])
        after = invariants.check(statement)
        transaction.set_rollback(True)
    assert before is None
    assert after is not None


def test_a_wrong_booking_is_corrected_by_its_mirror_image_once():
    """F2: nothing is rubbed out; the mistake and its reversal stand in the books side by side."""
    payment = make_captured(amount_fen=2990)
    ledger.post([_booking(payment)], now=NOON)
    escrow = ledger.escrow(payment.merchant_id)
    assert standing(escrow) == 3090
    assert standing(ledger.subsidy()) == 100
    ledger.reverse("test:1", by="test:1:reversed", now=NOON)
    assert standing(escrow) == 2990
    assert standing(ledger.subsidy()) == 0
    assert LedgerTransaction.objects.get(reverses__key="test:1").key == "test:1:reversed"
    with pytest.raises(IntegrityError), transaction.atomic():
        ledger.reverse("test:1", by="test:1:reversed again", now=NOON)
    assert standing(escrow) == 2990
