"""Setting pieces aside for a purpose such as a campaign, closing the gate, and bringing back what is left.

None of this changes how many pieces are left to buyers, so none of it raises an alert.
"""

import datetime as dt

from django.db import IntegrityError, transaction
from django.db.models import F

from catalog.errors import AlreadyAllotted, NotEnoughStock, StillReserved
from catalog.locks import lock_allotments, lock_stocks
from catalog.models import Allotment, Stock, StockMovement
from catalog.services.takes import require_pieces
from catalog.states import MovementKind


@transaction.atomic
def allot(*, sku_id: int, quantity: int, purpose: str, now: dt.datetime) -> Allotment:
    """Move pieces of a SKU from the shelf to a purpose, once. Whoever allots several SKUs goes by ascending id.

    Raises NotEnoughStock (`available`), AlreadyAllotted.
    """
    require_pieces(quantity)
    allotment = _create(sku_id=sku_id, quantity=quantity, purpose=purpose)
    StockMovement.objects.create(
        sku_id=sku_id,
        kind=MovementKind.ALLOT,
        quantity=quantity,
        available_delta=-quantity,
        allotted_delta=quantity,
        allotment=allotment,
        document=purpose,
        at=now,
    )
    if not _take_from_shelf(sku_id, quantity):
        available = Stock.objects.filter(pk=sku_id).values_list("available", flat=True).first() or 0
        raise NotEnoughStock(available=min(available, quantity - 1))
    return allotment


def close_allotments(*, purpose: str) -> None:
    """Close the gate: once the transaction has committed, no reservation is ever added. Waits for those under way."""
    _set_open(False, purpose=purpose)


def reopen_allotments(*, purpose: str) -> None:
    """Open the gate again, unless the pieces have been returned."""
    _set_open(True, purpose=purpose)


@transaction.atomic
def return_allotments(*, purpose: str, now: dt.datetime) -> None:
    """Bring unsold pieces back to the shelf, once; the next call finds nothing to do. Sold pieces stay sold.

    Raises StillReserved (`reserved`) while an order holds a piece.
    """
    allotments = lock_allotments(Allotment.objects.filter(purpose=purpose, returned_at=None))
    if reserved := sum(allotment.reserved for allotment in allotments):
        raise StillReserved(reserved=reserved)
    unsold = {allotment.sku_id: allotment for allotment in allotments if allotment.free}
    StockMovement.objects.bulk_create(_return_of(allotment, now=now) for allotment in unsold.values())
    Allotment.objects.filter(pk__in=[allotment.pk for allotment in allotments]).update(is_open=False, returned_at=now)
    for stock in lock_stocks(unsold):
        free = unsold[stock.pk].free
        Stock.objects.filter(pk=stock.pk).update(available=F("available") + free, allotted=F("allotted") - free)


def _take_from_shelf(sku_id: int, quantity: int) -> bool:
    """Check and take in one statement; False when the shelf holds less."""
    enough = Stock.objects.filter(pk=sku_id, available__gte=quantity)
    return enough.update(available=F("available") - quantity, allotted=F("allotted") + quantity) == 1


def _create(*, sku_id: int, quantity: int, purpose: str) -> Allotment:
    try:
        with transaction.atomic():
            return Allotment.objects.create(sku_id=sku_id, quantity=quantity, purpose=purpose)
    except IntegrityError as error:
        raise AlreadyAllotted from error


@transaction.atomic
def _set_open(is_open: bool, *, purpose: str) -> None:
    allotments = lock_allotments(Allotment.objects.filter(purpose=purpose, returned_at=None))
    Allotment.objects.filter(pk__in=[allotment.pk for allotment in allotments]).update(is_open=is_open)


def _return_of(allotment: Allotment, *, now: dt.datetime) -> StockMovement:
    return StockMovement(
        sku_id=allotment.sku_id,
        kind=MovementKind.RETURN,
        quantity=allotment.free,
        available_delta=allotment.free,
        allotted_delta=-allotment.free,
        allotment=allotment,
        document=allotment.purpose,
        at=now,
    )
