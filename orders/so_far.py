"""What a price rule sees: the basket, and everything the rules before it have said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from common.money import split
from orders.quotes import Basket, Item, QuotedLine


@dataclass(frozen=True)
class SoFar:
    """The price as it stands when a rule is asked. `closed` are the items that something before keeps from it."""

    basket: Basket
    items: Sequence[Item]
    lines: Sequence[QuotedLine]
    unit_prices: Mapping[int, int]
    closed: frozenset[int] = frozenset()

    @property
    def open_items(self) -> list[int]:
        """The indexes of the items that the rule may change: not closed to it, and not given for nothing."""
        return [index for index, item in enumerate(self.items) if index not in self.closed and not item.is_gift]

    @property
    def goods_fen(self) -> int:
        """What all goods cost so far."""
        return sum(line.amount_fen for line in self.lines if line.item is not None)

    @property
    def freight_fen(self) -> int:
        """What bringing them costs so far."""
        return sum(line.amount_fen for line in self.lines if line.item is None)

    def left_fen(self, index: int) -> int:
        """What one item costs so far, all its pieces together."""
        return sum(line.amount_fen for line in self.lines if line.item == index)

    def taken_off(
        self,
        amount_fen: int,
        *,
        code: str,
        funder: str = "merchant",
        detail: Mapping[str, Any] | None = None,
        among: Sequence[int] | None = None,
    ) -> list[QuotedLine]:
        """A discount on these items, or on all that are open, as a line for each: in proportion to what they cost so
        far, by largest remainder, and never more than there is.
        """
        indexes = self.open_items if among is None else list(among)
        left = [self.left_fen(index) for index in indexes]
        parts = split(min(amount_fen, sum(left)), left)
        return [
            QuotedLine(code=code, amount_fen=-part, item=index, funder=funder, detail=dict(detail or {}))
            for index, part in zip(indexes, parts, strict=True)
            if part
        ]
