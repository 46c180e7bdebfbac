"""The journal of pieces that orders take from allotments: one statement for any number of lines."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import connection

from catalog.services.takes import Take
from catalog.states import MovementKind

# (allotted, sold, reserved): what one piece of a kind adds to the counters.
DELTAS = {
    MovementKind.RESERVE: (0, 0, 1),
    MovementKind.RELEASE: (0, 0, -1),
    MovementKind.COMMIT: (-1, 1, -1),
}
WRITE = """
INSERT INTO catalog_stockmovement (sku_id, kind, quantity, available_delta, allotted_delta, sold_delta,
    reserved_delta, allotment_id, document, reason, at)
SELECT allotment.sku_id, %(kind)s, line.quantity, 0, line.quantity * %(allotted)s, line.quantity * %(sold)s,
    line.quantity * %(reserved)s, allotment.id, line.document, '', %(now)s
FROM unnest(%(ids)s::bigint[], %(quantities)s::integer[], %(documents)s::text[]) AS line (id, quantity, document)
JOIN catalog_allotment AS allotment ON allotment.id = line.id
WHERE {condition}
ORDER BY allotment.id, line.document
ON CONFLICT DO NOTHING
"""
HELD = """
EXISTS (SELECT FROM catalog_stockmovement AS taken WHERE taken.sku_id = allotment.sku_id
    AND taken.document = line.document AND taken.kind = 'reserve' AND taken.allotment_id = allotment.id
    AND taken.quantity = line.quantity)
AND NOT EXISTS (SELECT FROM catalog_stockmovement AS ended WHERE ended.sku_id = allotment.sku_id
    AND ended.document = line.document AND ended.kind IN ('release', 'commit') AND ended.allotment_id = allotment.id)
"""


def write(kind: MovementKind, *, lines: Sequence[tuple[str, Take]], now: dt.datetime) -> bool:
    """Write one movement for each (document, take); False when a line is there already or has nothing to end.

    A release or commit ends the reservation of the same document, allotment and quantity. On False the caller must
    roll back, because the other lines have been written.
    """
    condition = "TRUE" if kind == MovementKind.RESERVE else HELD
    allotted, sold, reserved = DELTAS[kind]
    parameters: dict[str, Any] = {
        "kind": kind.value,
        "allotted": allotted,
        "sold": sold,
        "reserved": reserved,
        "ids": [take.allotment_id for _document, take in lines],
        "quantities": [take.quantity for _document, take in lines],
        "documents": [document for document, _take in lines],
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(WRITE.format(condition=condition), parameters)
        return cursor.rowcount == len(lines)
