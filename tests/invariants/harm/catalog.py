"""Harm to goods: the journal and the counters watch each other."""

OPEN = "id = (SELECT min(id) FROM catalog_allotment WHERE is_open)"
DELTAS = "available_delta, allotted_delta, sold_delta, reserved_delta"
MOVED = f"sku_id, allotment_id, kind, quantity, {DELTAS}, document, reason, at"
IN_BOTH = f"INSERT INTO catalog_stockmovement (id, {MOVED}) SELECT id, {MOVED} FROM catalog_archivedstockmovement"

HARM: list[tuple[str, str]] = [
    ("stock.journal", "UPDATE catalog_stock SET available = available - 1, sold = sold + 1"),
    ("stock.journal", "UPDATE catalog_stock SET adjusted = adjusted + 1, available = available + 1"),
    ("stock.journal", "UPDATE catalog_stock SET allotted = allotted - 1, sold = sold + 1"),
    ("stock.journal", "DELETE FROM catalog_stockmovement WHERE kind = 'return'"),
    ("stock.conserved", "UPDATE catalog_stock SET adjusted = adjusted + 1"),
    ("stock.conserved", "UPDATE catalog_stock SET available = -1, sold = sold + available + 1"),
    ("stock.allotted", "UPDATE catalog_stock SET allotted = allotted - 1, sold = sold + 1"),
    ("stock.allotted", f"UPDATE catalog_allotment SET quantity = quantity + 1 WHERE {OPEN}"),
    ("stock.exists", "DELETE FROM catalog_stock"),
    ("allotment.journal", f"UPDATE catalog_allotment SET reserved = reserved + 1 WHERE {OPEN}"),
    ("allotment.journal", f"UPDATE catalog_allotment SET quantity = quantity + 1 WHERE {OPEN}"),
    ("allotment.journal", "DELETE FROM catalog_stockmovement WHERE kind = 'return'"),
    ("allotment.journal", "DELETE FROM catalog_archivedstockmovement WHERE kind = 'return'"),
    ("allotment.not_oversold", f"UPDATE catalog_allotment SET sold = quantity + 1 WHERE {OPEN}"),
    ("allotment.not_oversold", f"UPDATE catalog_allotment SET reserved = -1 WHERE {OPEN}"),
    ("allotment.returned", "UPDATE catalog_allotment SET is_open = true"),
    ("allotment.returned", "UPDATE catalog_allotment SET reserved = 1 WHERE returned_at IS NOT NULL"),
    ("movement.ended_once", "UPDATE catalog_stockmovement SET quantity = quantity + 1 WHERE kind = 'commit'"),
    ("movement.ended_once", "UPDATE catalog_stockmovement SET document = 'x' WHERE kind = 'commit'"),
    (
        "movement.ended_once",
        "INSERT INTO catalog_stockmovement (sku_id, allotment_id, kind, quantity, available_delta, allotted_delta, "
        "sold_delta, reserved_delta, document, reason, at) SELECT sku_id, allotment_id, 'release', quantity, 0, 0, 0, "
        "0, document, '', at FROM catalog_stockmovement WHERE kind = 'commit'",
    ),
    ("movement.ended_once", IN_BOTH),
    ("movement.archived", "UPDATE catalog_allotment SET returned_at = NULL"),
    ("movement.archived", IN_BOTH),
    ("stock.alerted", "UPDATE catalog_stock SET low_since = now()"),
    ("stock.alerted", "UPDATE catalog_stock SET alert_threshold = 10000"),
    ("product.shelf", "UPDATE catalog_product SET status = 'sold_out'"),
    ("product.shelf", "UPDATE catalog_sku SET retired_at = now()"),
]
