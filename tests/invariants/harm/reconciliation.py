"""Harm to what bills were compared with."""

LINES = "FROM payments_reconciliationline WHERE difference"

HARM: list[tuple[str, str]] = [
    ("reconciliation_adds_up", "UPDATE payments_reconciliationrun SET matched_count = matched_count + 1"),
    ("reconciliation_adds_up", "UPDATE payments_reconciliationrun SET line_count = line_count + 1"),
    ("reconciliation_adds_up", "UPDATE payments_reconciliationrun SET paid_fen = paid_fen + 1"),
    ("reconciliation_adds_up", "UPDATE payments_reconciliationrun SET refunded_fen = refunded_fen + 1"),
    ("reconciliation_adds_up", f"DELETE {LINES} <> ''"),
    ("reconciliation_differences_have_cases", "DELETE FROM payments_reconciliationcase"),
    ("reconciliation_differences_have_cases", "UPDATE payments_reconciliationcase SET number = 'P-other'"),
    (
        "reconciliation_every_day",
        "WITH paid AS (UPDATE payments_payment SET captured_at = now() - interval '2 days' WHERE status = 'captured') "
        "UPDATE payments_reconciliationrun SET day = (now() - interval '5 days')::date",
    ),
]
