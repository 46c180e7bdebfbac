from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from common.errors import InvalidField


@dataclass(frozen=True)
class Take:
    """Some pieces, at least one, of one allotment."""

    allotment_id: int
    quantity: int

    def __post_init__(self) -> None:
        require_pieces(self.quantity)


def require_pieces(quantity: int) -> None:
    """Raise InvalidField unless there is at least one piece."""
    if quantity < 1:
        raise InvalidField("quantity", _("数量至少 1 件"))


def add_up(takes: Iterable[Take]) -> list[Take]:
    """One take for each allotment, in the order in which allotments are locked."""
    pieces: dict[int, int] = {}
    for take in takes:
        pieces[take.allotment_id] = pieces.get(take.allotment_id, 0) + take.quantity
    return [Take(allotment_id, quantity) for allotment_id, quantity in sorted(pieces.items())]
