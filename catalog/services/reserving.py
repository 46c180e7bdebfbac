"""Taking pieces of an allotment for an order, giving them back, and selling them for good.

Reserving is the hot path of joining: a function of the database (catalog/sql/reserve.sql) that whoever places orders
calls in theirs.
"""

import datetime as dt
from collections.abc import Sequence

from django.db import connection, transaction

from catalog.errors import AlreadyReserved, NotReserved, SellingClosed, SoldOut
from catalog.locks import lock_allotments, lock_stocks
from catalog.models import Allotment
from catalog.services import journal, levels
from catalog.services.takes import Take, add_up
from catalog.states import MovementKind
from common.calls import SaidNo, call
from common.errors import Refusal
from common.rows import to_json

__all__ = ["Take", "commit_many", "release", "release_many", "reserve"]

RESERVE = "SELECT catalog_reserve(%s, %s, %s)"
GIVE_BACK = """
UPDATE catalog_allotment AS allotment SET reserved = reserved - line.quantity
FROM unnest(%(ids)s::bigint[], %(quantities)s::integer[]) AS line (id, quantity), catalog_stock AS stock
WHERE allotment.id = line.id AND allotment.reserved >= line.quantity AND stock.sku_id = allotment.sku_id
RETURNING allotment.sku_id,
    allotment.quantity - allotment.reserved - allotment.sold - line.quantity <= stock.alert_threshold
"""
SELL = """
UPDATE catalog_allotment AS allotment SET reserved = reserved - line.quantity, sold = sold + line.quantity
FROM unnest(%(ids)s::bigint[], %(quantities)s::integer[]) AS line (id, quantity)
WHERE allotment.id = line.id AND reserved >= line.quantity
RETURNING sku_id, line.quantity
"""
BOOK_SOLD = """
UPDATE catalog_stock AS stock SET allotted = allotted - line.quantity, sold = sold + line.quantity
FROM (SELECT sku_id, sum(quantity) AS quantity FROM unnest(%(ids)s::bigint[], %(quantities)s::integer[])
    AS sale (sku_id, quantity) GROUP BY sku_id) AS line
WHERE stock.sku_id = line.sku_id
"""


@transaction.atomic
def reserve(*, takes: Sequence[Take], document: str, now: dt.datetime) -> None:
    """Reserve pieces for a document, all or none. Raises SoldOut (`left`), SellingClosed or AlreadyReserved."""
    wanted = [{"key": take.allotment_id, "quantity": take.quantity} for take in takes]
    try:
        (low,) = call(RESERVE, document, to_json(wanted), now)
    except SaidNo as said:
        raise refusal(said) or said from said
    levels.watch(sku_ids=low or [], now=now)


def refusal(said: SaidNo) -> Refusal | None:
    """What catalog_reserve refused."""
    allotment_id = said.params.pop("allotment_id", None)
    refused = said.as_one_of(SoldOut, SellingClosed, AlreadyReserved)
    if isinstance(refused, SoldOut | SellingClosed):
        refused.allotment_id = allotment_id
    return refused


def release(*, takes: Sequence[Take], document: str, now: dt.datetime) -> None:
    """Give back everything a document reserved. Raises NotReserved, also the second time."""
    release_many(takes=[(document, take) for take in add_up(takes)], now=now)


@transaction.atomic(savepoint=False)
def release_many(*, takes: Sequence[tuple[str, Take]], now: dt.datetime) -> None:
    """Give back what many documents reserved, in one go. Raises NotReserved."""
    touched = _end(MovementKind.RELEASE, takes=takes, now=now, statement=GIVE_BACK)
    levels.watch(sku_ids=[sku_id for sku_id, was_low in touched if was_low], now=now)


@transaction.atomic(savepoint=False)
def commit_many(*, takes: Sequence[tuple[str, Take]], now: dt.datetime) -> None:
    """Turn what many documents reserved into sales, in one go. Raises NotReserved."""
    sold = _end(MovementKind.COMMIT, takes=takes, now=now, statement=SELL)
    sku_ids = [sku_id for sku_id, _quantity in sold]
    lock_stocks(sku_ids)
    with connection.cursor() as cursor:
        cursor.execute(BOOK_SOLD, {"ids": sku_ids, "quantities": [quantity for _sku_id, quantity in sold]})


def _end(
    kind: MovementKind, *, takes: Sequence[tuple[str, Take]], now: dt.datetime, statement: str
) -> list[tuple[int, int]]:
    """End reservations: journal, then counters of the locked allotments. Returns what the statement returns."""
    totals = add_up(take for _document, take in takes)
    ids = [take.allotment_id for take in totals]
    if not journal.write(kind, lines=takes, now=now):
        raise NotReserved
    lock_allotments(Allotment.objects.filter(pk__in=ids))
    with connection.cursor() as cursor:
        cursor.execute(statement, {"ids": ids, "quantities": [take.quantity for take in totals]})
        rows = cursor.fetchall()
    if len(rows) != len(totals):
        raise NotReserved
    return rows
