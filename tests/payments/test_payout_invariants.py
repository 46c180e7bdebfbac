"""What must always be true of withdrawals, and that each statement notices when it is not."""

import pytest
from django.db import connection, transaction

from common import invariants
from payments.purses import Owner
from payments.services.payouts import approve, cancel_withdrawal, mark_paid
from tests.factories.accounts import make_merchant, make_operator, make_user
from tests.factories.payments import NOON
from tests.factories.payouts import actor_of, make_withdrawal

pytestmark = pytest.mark.django_db

# What a bug would have to do for each statement to fail: triggers and constraints off, then this.
BROKEN = {
    "payout_books_follow_status": [
        "UPDATE payments_withdrawal SET status = 'paid', bank_reference = '1' WHERE status = 'requested'",
        "UPDATE payments_withdrawal SET status = 'cancelled' WHERE status = 'requested'",
        "UPDATE payments_withdrawal SET status = 'approved' WHERE status = 'paid'",
        "UPDATE payments_withdrawal SET status = 'requested' WHERE status = 'cancelled'",
        "UPDATE payments_withdrawal SET amount_fen = amount_fen + 1",
        "UPDATE payments_withdrawal SET purse = 'commission' WHERE purse = 'balance'",
        "UPDATE payments_withdrawal SET number = 'W-other' WHERE status = 'paid'",
        "UPDATE payments_ledgertransaction SET subject_number = 'W-nobody' WHERE key LIKE 'withdrawal:%:paid'",
    ],
    "payout_in_flight_is_what_waits": [
        "UPDATE payments_withdrawal SET status = 'cancelled' WHERE status = 'requested'",
        """UPDATE payments_ledgerentry SET amount_fen = amount_fen + 1 WHERE side = 'C' AND account_id IN
               (SELECT id FROM payments_ledgeraccount WHERE kind = 'payout_in_flight')""",
    ],
    "payout_approved_by_enough": [
        "DELETE FROM payments_withdrawalapproval",
        "UPDATE payments_withdrawal SET approvals_needed = 2",
        """UPDATE payments_withdrawal SET flags = '[{"check": "open_case", "reason": "?"}]'""",
        # One person twice is one person.
        """UPDATE payments_withdrawal SET approvals_needed = 2;
           INSERT INTO payments_withdrawalapproval (withdrawal_id, operator_id, at)
           SELECT withdrawal_id, operator_id, at FROM payments_withdrawalapproval""",
    ],
    "payout_approved_by_others": [
        "UPDATE payments_withdrawalapproval SET operator_id = (SELECT min(requested_by_id) FROM payments_withdrawal"
        " WHERE status = 'paid')",
    ],
    "payout_balance_never_negative": [
        """UPDATE payments_ledgerentry SET amount_fen = 1 WHERE side = 'C' AND account_id IN
               (SELECT id FROM payments_ledgeraccount WHERE kind = 'balance')""",
    ],
    "payout_never_from_below_zero": [
        """UPDATE payments_ledgerentry SET amount_fen = amount_fen - 1 WHERE side = 'C' AND account_id IN
               (SELECT id FROM payments_ledgeraccount WHERE kind = 'merchant_payable')""",
    ],
}
GUARDS = """
ALTER TABLE payments_ledgerentry DISABLE TRIGGER USER;
ALTER TABLE payments_ledgertransaction DISABLE TRIGGER USER;
ALTER TABLE payments_withdrawalapproval DROP CONSTRAINT withdrawal_approved_once_each;
"""


@pytest.fixture
def withdrawals() -> None:
    """One of a shop that was paid, one of Alice's that waits, one of Bob's that he took back."""
    anna = make_operator("finance").pk
    paid = approve(withdrawal=make_withdrawal(Owner(merchant=make_merchant())), actor_id=anna, now=NOON)
    mark_paid(withdrawal=paid, actor_id=anna, reference="HB7", now=NOON)
    make_withdrawal(Owner(user=make_user(name="Alice")))
    bob = Owner(user=make_user(name="Bob"))
    cancel_withdrawal(withdrawal=make_withdrawal(bob), actor_id=actor_of(bob), now=NOON)


def test_every_statement_about_withdrawals_is_tried() -> None:
    declared = {invariant.name for invariant in invariants.all_invariants() if invariant.name.startswith("payout")}
    assert declared == set(BROKEN)


@pytest.mark.parametrize(("name", "damage"), [(name, damage) for name in BROKEN for damage in BROKEN[name]])
@pytest.mark.usefixtures("withdrawals")
def test_each_statement_notices_when_it_is_broken(name: str, damage: str) -> None:
    statement = next(invariant for invariant in invariants.all_invariants() if invariant.name == name)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute(GUARDS)
        before = invariants.check(statement)
        cursor.execute(damage)
        after = invariants.check(statement)
        transaction.set_rollback(True)
    assert before is None
    assert after is not None
