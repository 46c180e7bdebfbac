"""Counting the shelf: pieces come in, are counted again, get lost; and from which level on to give the alarm."""

import datetime as dt

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from catalog.errors import NotEnoughStock
from catalog.locks import lock_allotments
from catalog.models import Allotment, Stock, StockMovement
from catalog.services import levels
from catalog.states import MovementKind
from common import audit
from common.errors import InvalidField, NotFound
from common.ids import new_code

LARGEST_ADJUSTMENT = 1_000_000


@transaction.atomic
def adjust(*, sku_id: int, quantity: int, reason: str, actor_id: int | None, now: dt.datetime) -> None:
    """Add pieces to the shelf, or take them off with a negative quantity; the reason is kept.

    Raises InvalidField, NotFound, and NotEnoughStock (`available`) when more would go than lie there.
    """
    _check(quantity, reason)
    StockMovement.objects.create(
        sku_id=sku_id,
        kind=MovementKind.ADJUST,
        quantity=abs(quantity),
        available_delta=quantity,
        document=f"adjustment:{new_code()}",
        reason=reason.strip(),
        actor_id=actor_id,
        at=now,
    )
    enough = Stock.objects.filter(pk=sku_id, available__gte=-quantity)
    if enough.update(available=F("available") + quantity, adjusted=F("adjusted") + quantity) != 1:
        raise NotEnoughStock(available=_available(sku_id))
    levels.watch(sku_ids=[sku_id], now=now)


@transaction.atomic
def set_alert_threshold(*, sku_id: int, threshold: int, actor_id: int | None, now: dt.datetime) -> None:
    """Give the alarm at this many pieces or fewer, 0 for never; at once, if there are no more than that now."""
    if not 0 <= threshold <= LARGEST_ADJUSTMENT:
        raise InvalidField("threshold", _("预警线要在 0 到 1000000 之间"))
    # Reservations under way have looked at the old threshold: wait for them, so that none slips between.
    lock_allotments(Allotment.objects.filter(sku=sku_id, returned_at=None))
    if Stock.objects.filter(pk=sku_id).update(alert_threshold=threshold) != 1:
        raise NotFound
    audit.record(actor_id=actor_id, action="stock.threshold", subject=f"sku:{sku_id}", threshold=threshold)
    levels.watch(sku_ids=[sku_id], now=now)


def _check(quantity: int, reason: str) -> None:
    if quantity == 0 or abs(quantity) > LARGEST_ADJUSTMENT:
        raise InvalidField("quantity", _("调整数量不能是 0，也不能超过 1000000"))
    if not reason.strip() or len(reason.strip()) > 200:
        raise InvalidField("reason", _("请写明原因，最多 200 字"))


def _available(sku_id: int) -> int:
    available = Stock.objects.filter(pk=sku_id).values_list("available", flat=True).first()
    if available is None:
        raise NotFound
    return available
