"""The journal of a SKU in words: what happened, on whose account, and what lay on the shelf before and after."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.paginator import Page
from django.db.models import F, QuerySet, Sum, Window

from campaigns.models import Campaign
from campaigns.sources import purpose_of
from catalog.models import Sku, StockMovement
from catalog.states import MovementKind
from orders.models import Order

OF_AN_ORDER = (MovementKind.RESERVE, MovementKind.RELEASE, MovementKind.COMMIT)


@dataclass(frozen=True)
class Line:
    """One movement. `before` and `after` are pieces on the shelf; where they are the same it happened elsewhere."""

    movement: StockMovement
    before: int
    after: int
    campaign: Campaign | None
    order_number: str

    @property
    def moves_shelf(self) -> bool:
        return self.before != self.after


def running(movements: QuerySet[StockMovement]) -> QuerySet[StockMovement]:
    """Movements newest first, each with `later`: what it and those after it have added to the shelf."""
    window = Window(Sum("available_delta"), order_by=F("id").desc())
    return movements.annotate(later=window)


def lines_of(sku: Sku, page: Page) -> list[Line]:
    """The lines of a page of `running` movements; two queries for all campaigns and orders named in them."""
    movements: Sequence[StockMovement] = list(page)
    campaigns = {
        purpose_of(campaign.code): campaign
        for campaign in Campaign.objects.filter(merchant=sku.product.merchant_id, code__in=_codes(movements))
    }
    numbers = {movement.document for movement in movements if movement.kind in OF_AN_ORDER}
    orders = set(Order.objects.filter(number__in=numbers).values_list("number", flat=True))
    return [_line(sku, movement, campaigns.get(movement.document), orders) for movement in movements]


def _codes(movements: Sequence[StockMovement]) -> list[str]:
    prefix = purpose_of("")
    return [each.document.removeprefix(prefix) for each in movements if each.document.startswith(prefix)]


def _line(sku: Sku, movement: StockMovement, campaign: Campaign | None, orders: set[str]) -> Line:
    before = sku.stock.available - movement.later  # type: ignore[attr-defined]
    number = movement.document if movement.document in orders else ""
    return Line(movement, before, before + movement.available_delta, campaign, number)
