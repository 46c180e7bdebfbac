"""What the goods tell the apps above."""

from dataclasses import dataclass

from common.events import Event


@dataclass(frozen=True)
class StockLow(Event):
    """A SKU fell to its alert threshold or below; told once per crossing, which `since` (ISO instant) identifies."""

    sku_id: int
    left: int
    since: str
