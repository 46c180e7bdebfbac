"""What of an order can still go back, and what so many pieces of it cost."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Sum

from common.money import share, split
from orders.models import Order, OrderLine, RefundLine
from orders.selectors.earnings import Part, earnings_of
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


@dataclass(frozen=True)
class Share:
    """Out of whose pocket a refund comes once the order is settled. What the platform gave towards the price goes back
    to it beside what the buyer gets: the first three add up to the refund and `granted_fen`."""

    merchant_fen: int
    leader_fen: int
    fee_fen: int
    granted_fen: int


def share_of(order: Order, *, by_line: Mapping[int, int], freight_fen: int) -> Share:
    """Commission and fee are of the goods and go back with them; freight is the merchant's whole."""
    parts = [(line_id, fen) for line_id, fen in by_line.items()] + [(None, freight_fen)]
    coming = [Part(order.pk, line_id, RefundKind.AFTER_SALES, fen) for line_id, fen in parts]
    now, then = (earnings_of([order], coming=some)[order.pk] for some in ((), coming))
    leader_fen, fee_fen = (
        share(now.goods_fen, rate_bp) - share(then.goods_fen, rate_bp)
        for rate_bp in (order.leader_rate_bp if order.leader_id else 0, order.platform_fee_bp)
    )
    whole_fen = now.goods_fen + now.freight_fen - then.goods_fen - then.freight_fen
    return Share(whole_fen - leader_fen - fee_fen, leader_fen, fee_fen, now.granted_fen - then.granted_fen)


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
