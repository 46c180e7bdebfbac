"""What orders have brought: goods and freight after every refund, and what the platform gives towards them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Sum

from common.money import split
from orders.models import Order, OrderLine, PriceLine, RefundLine
from payments.states import RefundKind

PLATFORM = "platform"


@dataclass(frozen=True)
class Part:
    """Fen of one refund that belong to a line of an order; without a line they are freight."""

    order_id: int
    line_id: int | None
    kind: str
    amount_fen: int


@dataclass(frozen=True)
class Earning:
    """What is left of an order, `granted_fen` of it given by the platform. Goods and freight include that."""

    goods_fen: int
    freight_fen: int
    granted_fen: int


@dataclass
class _Piece:
    """A line, or the freight: paid by the buyer, granted by the platform, sunk to its final price, gone back."""

    paid_fen: int
    granted_fen: int = 0
    difference_fen: int = 0
    returned_fen: int = 0

    @property
    def left_fen(self) -> int:
        return self.paid_fen - self.difference_fen - self.returned_fen

    def take(self, part: Part) -> None:
        if part.kind == RefundKind.TIER_DIFFERENCE:
            self.difference_fen += part.amount_fen
        else:
            self.returned_fen += part.amount_fen


def earnings_of(orders: Sequence[Order], *, coming: Iterable[Part] = ()) -> dict[int, Earning]:
    """What is left of each order, by its id, once these coming refunds are made too. Three queries."""
    pieces = _pieces(orders)
    for part in (*_parts(orders), *coming):
        pieces[part.order_id][part.line_id].take(part)
    return {pk: _earning(of_order) for pk, of_order in pieces.items()}


def _pieces(orders: Sequence[Order]) -> dict[int, dict[int | None, _Piece]]:
    """Each order's lines by their id, and under None its freight."""
    pieces: dict[int, dict[int | None, _Piece]] = {order.pk: {None: _Piece(order.freight_fen)} for order in orders}
    for order_id, line_id, paid_fen in OrderLine.objects.filter(order_id__in=pieces).values_list(
        "order_id", "pk", "paid_fen"
    ):
        pieces[order_id][line_id] = _Piece(paid_fen)
    granted = PriceLine.objects.filter(order_id__in=pieces, funder=PLATFORM)
    for order_id, line_id, amount_fen in granted.values_list("order_id", "line_id", "amount_fen"):
        pieces[order_id][line_id].granted_fen -= amount_fen
    return pieces


def _parts(orders: Sequence[Order]) -> list[Part]:
    """What has gone back so far, summed by line and kind."""
    made = RefundLine.objects.filter(order__in=orders).values_list("order_id", "line_id", "refund__kind")
    return [Part(*row) for row in made.annotate(fen=Sum("amount_fen"))]


def _earning(pieces: dict[int | None, _Piece]) -> Earning:
    whole = _Piece(0)
    for piece in pieces.values():
        whole.paid_fen += piece.left_fen + piece.returned_fen
        whole.returned_fen += piece.returned_fen
    granted = {line_id: _still_granted(piece, whole) for line_id, piece in pieces.items()}
    return Earning(
        goods_fen=sum(piece.left_fen + granted[line_id] for line_id, piece in pieces.items() if line_id is not None),
        freight_fen=pieces[None].left_fen + granted[None],
        granted_fen=sum(granted.values()),
    )


def _still_granted(piece: _Piece, whole: _Piece) -> int:
    """The platform takes back its part as the buyer's part goes back, to the fen when all of it does.

    A difference of tiers does not touch it. What cost the buyer nothing follows the rest of the order.
    """
    measure = piece if piece.left_fen + piece.returned_fen else whole
    if not measure.returned_fen:
        return piece.granted_fen
    kept_fen, _returned_fen = split(piece.granted_fen, [measure.left_fen, measure.returned_fen])
    return kept_fen
