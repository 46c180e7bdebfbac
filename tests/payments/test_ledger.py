"""F2: every fen stands in the books twice, for ever."""

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction

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
