"""Harm to money."""

A_BOOKING = "(SELECT min(id) FROM payments_ledgertransaction WHERE key LIKE 'capture:%')"
AN_ENTRY = f"(SELECT min(id) FROM payments_ledgerentry WHERE transaction_id = {A_BOOKING})"
ACCOUNTS = "(SELECT id FROM payments_ledgeraccount WHERE kind = '%s')"
OF_A_BALANCE = "gateway = 'balance'"

HARM: list[tuple[str, str]] = [
    ("money_booking_balances", f"UPDATE payments_ledgerentry SET amount_fen = amount_fen + 1 WHERE id = {AN_ENTRY}"),
    ("money_booking_balances", f"DELETE FROM payments_ledgerentry WHERE transaction_id = {A_BOOKING}"),
    ("money_booking_balances", f"UPDATE payments_ledgerentry SET amount_fen = 0 WHERE transaction_id = {A_BOOKING}"),
    ("money_ledger_balances", f"UPDATE payments_ledgerentry SET amount_fen = amount_fen + 1 WHERE id = {AN_ENTRY}"),
    ("money_every_fen_located", f"DELETE FROM payments_ledgerentry WHERE transaction_id = {A_BOOKING}"),
    ("money_every_fen_located", "UPDATE payments_payment SET status = 'captured' WHERE status = 'pending'"),
    ("money_every_fen_located", "UPDATE payments_refund SET status = 'done' WHERE status = 'requested'"),
    ("money_every_fen_located", "UPDATE payments_refund SET status = 'sent' WHERE status = 'done'"),
    (
        "money_comes_to_lie_somewhere",
        f"UPDATE payments_ledgerentry SET amount_fen = amount_fen + 1 WHERE id = {AN_ENTRY}",
    ),
    (
        "money_comes_to_lie_somewhere",
        "UPDATE payments_ledgertransaction SET subject_number = 'G-other' WHERE key LIKE 'refund%'",
    ),
    ("money_refunds_bounded", "UPDATE payments_payment SET refund_fen = refund_fen + 1"),
    ("money_refunds_bounded", "UPDATE payments_payment SET refund_count = refund_count + 1"),
    ("money_refunds_bounded", "UPDATE payments_refund SET amount_fen = amount_fen + 100000"),
    ("money_refunds_bounded", "UPDATE payments_payment SET status = 'pending' WHERE refund_count > 0"),
    (
        "money_applied_once",
        "UPDATE payments_payment SET subject_number = (SELECT min(subject_number) FROM payments_payment WHERE applied)",
    ),
    ("money_unwanted_returned", f"UPDATE payments_payment SET applied = false WHERE applied AND NOT {OF_A_BALANCE}"),
    ("money_captured_has_proof", "DELETE FROM payments_callback"),
    ("money_captured_has_proof", "UPDATE payments_callback SET amount_fen = amount_fen + 1"),
    ("money_captured_has_proof", "UPDATE payments_callback SET verdict = 'rejected'"),
    ("money_captured_has_proof", "UPDATE payments_callback SET gateway = 'another'"),
    (
        "money_refund_once_per_kind",
        "UPDATE payments_refund SET kind = 'missed', payment_id = (SELECT min(payment_id) FROM payments_refund)",
    ),
    ("money_numbers_unique", "UPDATE payments_refund SET number = 'R1'"),
    ("money_numbers_unique", "UPDATE payments_payment SET number = 'P1'"),
    ("money_numbers_unique", "UPDATE payments_payment SET gateway_number = 'T1' WHERE status = 'captured'"),
    ("money_refunds_advance", "UPDATE payments_refund SET status = 'sent', due_at = now() - interval '16 minutes'"),
    (
        "money_refunds_advance",
        "UPDATE payments_refund SET status = 'processing', requested_at = now() - interval '73 hours'",
    ),
    (
        "money_payments_resolved",
        "UPDATE payments_payment SET expires_at = now() - interval '16 minutes' WHERE status = 'pending'",
    ),
    ("money_balance_parts_booked", f"UPDATE payments_payment SET status = 'pending' WHERE {OF_A_BALANCE}"),
    ("money_balance_parts_booked", f"UPDATE payments_payment SET payer_id = payer_id + 1 WHERE {OF_A_BALANCE}"),
    ("money_balance_parts_booked", f"UPDATE payments_payment SET amount_fen = amount_fen + 1 WHERE {OF_A_BALANCE}"),
    (
        "money_balance_parts_booked",
        "UPDATE payments_ledgeraccount SET gateway = 'balance' WHERE kind = 'gateway_clearing'",
    ),
    ("money_balance_refunds_arrive", "UPDATE payments_refund SET route = 'original' WHERE route = 'balance'"),
    ("money_balance_refunds_arrive", "UPDATE payments_refund SET route = 'balance' WHERE route = 'original'"),
    ("money_balance_refunds_arrive", "UPDATE payments_refund SET status = 'sent' WHERE route = 'balance'"),
    ("money_balance_refunds_arrive", f"UPDATE payments_payment SET payer_id = payer_id + 1 WHERE {OF_A_BALANCE}"),
    ("money_unpaid_parts_return_whole", "UPDATE payments_refund SET kind = 'unpaid' WHERE kind <> 'unpaid'"),
    ("money_unpaid_parts_return_whole", "UPDATE payments_refund SET kind = 'missed' WHERE kind = 'unpaid'"),
    ("money_unpaid_parts_return_whole", "UPDATE payments_refund SET amount_fen = 1 WHERE kind = 'unpaid'"),
    ("commissions_stand_in_the_books", "UPDATE payments_commission SET amount_fen = amount_fen + 1"),
    ("commissions_stand_in_the_books", "UPDATE payments_commission SET status = 'void' WHERE status = 'released'"),
    (
        "money_lies_with_its_merchant",
        "UPDATE payments_ledgeraccount SET merchant_id = merchant_id + 1 WHERE kind = 'escrow'",
    ),
]
