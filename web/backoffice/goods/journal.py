"""The journal of a SKU in words: what happened, on whose account, and what lay on the shelf before and after."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

from django.db.models import Sum

from campaigns.models import Campaign
from campaigns.sources import purpose_of
from catalog.models import JournalLine, Sku
from catalog.selectors.stock import movements_of
from catalog.states import MovementKind
from orders.models import Order

OF_AN_ORDER = (MovementKind.RESERVE, MovementKind.RELEASE, MovementKind.COMMIT)


@dataclass(frozen=True)
class Line:
    """One movement. `before` and `after` are pieces on the shelf; where they are the same it happened elsewhere."""

    movement: JournalLine
    before: int
    after: int
    campaign: Campaign | None
    order_number: str

    @property
    def moves_shelf(self) -> bool:
        return self.before != self.after


def lines_of(sku: Sku, movements: Sequence[JournalLine]) -> list[Line]:
    """The lines of movements of a SKU that follow each other, newest first. Three queries, for what lay on the shelf
    after the first of them, and for all campaigns and orders named in them."""
    campaigns = {
        purpose_of(campaign.code): campaign
        for campaign in Campaign.objects.filter(merchant=sku.product.merchant_id, code__in=_codes(movements))
    }
    numbers = {movement.document for movement in movements if movement.kind in OF_AN_ORDER}
    orders = set(Order.objects.filter(number__in=numbers).values_list("number", flat=True))
    shelves = accumulate((-movement.available_delta for movement in movements), initial=_shelf_after(sku, movements))
    return [
        _line(movement, after, campaigns.get(movement.document), orders)
        for movement, after in zip(movements, shelves, strict=False)
    ]


def _shelf_after(sku: Sku, movements: Sequence[JournalLine]) -> int:
    later = movements_of(sku).filter(pk__gt=movements[0].pk) if movements else JournalLine.objects.none()
    return sku.stock.available - (later.aggregate(pieces=Sum("available_delta"))["pieces"] or 0)


def _codes(movements: Sequence[JournalLine]) -> list[str]:
    prefix = purpose_of("")
    return [each.document.removeprefix(prefix) for each in movements if each.document.startswith(prefix)]


def _line(movement: JournalLine, after: int, campaign: Campaign | None, orders: set[str]) -> Line:
    number = movement.document if movement.document in orders else ""
    return Line(movement, after - movement.available_delta, after, campaign, number)
