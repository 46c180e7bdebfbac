"""What of an order can still go back, and what so many pieces of it cost."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Sum

from common.money import split
from orders.models import Order, OrderLine, RefundLine
from orders.states import WENT_ON
from payments.states import RefundKind


@dataclass(frozen=True)
class LineLeft:
    """A line with what is left of it. `paid_fen` is what it cost once the price had come down."""

    line: OrderLine
    paid_fen: int
    left_fen: int

    def fen_of(self, pieces: int) -> int:
        """What so many of its pieces cost, and never more than is left."""
        cost_fen, _others_fen = split(self.paid_fen, [pieces, self.line.quantity - pieces])
        return min(cost_fen, self.left_fen)


@dataclass(frozen=True)
class Left:
    """What of an order has not gone back."""

    lines: Sequence[LineLeft]
    freight_fen: int

    @property
    def total_fen(self) -> int:
        return sum(line.left_fen for line in self.lines) + self.freight_fen

    def of(self, line_id: int) -> LineLeft | None:
        """The line of this id; nothing for a line of another order."""
        return next((line for line in self.lines if line.line.pk == line_id), None)


def left_of(order: Order) -> Left:
    """What is left of an order. Two queries; whoever refunds it asks under the order's lock."""
    lines = OrderLine.objects.filter(order=order).order_by("pk").select_related("sku")
    fallen = RefundLine.objects.filter(order=order, refund__kind=RefundKind.TIER_DIFFERENCE)
    differences = dict(fallen.order_by().values_list("line_id").annotate(Sum("amount_fen")))
    return Left(
        lines=[
            LineLeft(line, line.paid_fen - differences.get(line.pk, 0), line.paid_fen - line.refunded_fen)
            for line in lines
        ],
        freight_fen=order.freight_fen - order.freight_refunded_fen,
    )


def can_be_refunded(order: Order) -> bool:
    """Whether a merchant may give money back: before an order goes on it is cancelled as a whole."""
    return order.status in WENT_ON
