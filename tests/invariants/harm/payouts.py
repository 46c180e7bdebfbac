"""Harm to withdrawals."""

from tests.invariants.harm.payments import ACCOUNTS

HARM: list[tuple[str, str]] = [
    (
        "payout_books_follow_status",
        "UPDATE payments_withdrawal SET status = 'paid', bank_reference = '1' WHERE status = 'requested'",
    ),
    (
        "payout_books_follow_status",
        "UPDATE payments_withdrawal SET status = 'cancelled' WHERE status = 'requested'",
    ),
    ("payout_books_follow_status", "UPDATE payments_withdrawal SET status = 'approved' WHERE status = 'paid'"),
    (
        "payout_books_follow_status",
        "UPDATE payments_withdrawal SET status = 'requested' WHERE status = 'cancelled'",
    ),
    ("payout_books_follow_status", "UPDATE payments_withdrawal SET amount_fen = amount_fen + 1"),
    ("payout_books_follow_status", "UPDATE payments_withdrawal SET purse = 'commission' WHERE purse = 'balance'"),
    ("payout_books_follow_status", "UPDATE payments_withdrawal SET number = 'W-other' WHERE status = 'paid'"),
    (
        "payout_books_follow_status",
        "UPDATE payments_ledgertransaction SET subject_number = 'W-nobody' WHERE key LIKE 'withdrawal:%:paid'",
    ),
    (
        "payout_in_flight_is_what_waits",
        "UPDATE payments_withdrawal SET status = 'cancelled' WHERE status = 'requested'",
    ),
    (
        "payout_in_flight_is_what_waits",
        "UPDATE payments_ledgerentry SET amount_fen = amount_fen + 1 WHERE side = 'C' AND account_id IN "
        + ACCOUNTS % "payout_in_flight",
    ),
    ("payout_approved_by_enough", "DELETE FROM payments_withdrawalapproval"),
    ("payout_approved_by_enough", "UPDATE payments_withdrawal SET approvals_needed = 2"),
    (
        "payout_approved_by_enough",
        """UPDATE payments_withdrawal SET flags = '[{"check": "open_case", "reason": "?"}]'""",
    ),
    (
        # One person twice is one person.
        "payout_approved_by_enough",
        "WITH needed AS (UPDATE payments_withdrawal SET approvals_needed = 2) "
        "INSERT INTO payments_withdrawalapproval (withdrawal_id, operator_id, at) "
        "SELECT withdrawal_id, operator_id, at FROM payments_withdrawalapproval",
    ),
    (
        "payout_approved_by_others",
        "UPDATE payments_withdrawalapproval SET operator_id = "
        "(SELECT min(requested_by_id) FROM payments_withdrawal WHERE status = 'paid')",
    ),
    (
        "payout_balance_never_negative",
        "UPDATE payments_ledgerentry SET amount_fen = 1 WHERE side = 'C' AND account_id IN " + ACCOUNTS % "balance",
    ),
    (
        "payout_never_from_below_zero",
        "UPDATE payments_ledgerentry SET amount_fen = amount_fen - 1 WHERE side = 'C' AND account_id IN "
        + ACCOUNTS % "merchant_payable",
    ),
    (
        # Taken back long before it was paid.
        "payout_never_from_below_zero",
        "UPDATE payments_ledgerentry SET side = 'D' WHERE side = 'C' AND account_id IN "
        + ACCOUNTS % "merchant_payable",
    ),
]
