"""The picking list 分拣单 of a pick-up point: what lies on the table, and whom each heap belongs to."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, Prefetch

from orders.models import Order, OrderLine, PickupPoint
from orders.models.order import OrderQuerySet
from orders.states import OrderStatus

WAITING = (OrderStatus.PREPARING, OrderStatus.READY)
TAKEN = (OrderStatus.RECEIVED, OrderStatus.COMPLETED)
CODE_TAIL = 4


@dataclass(frozen=True)
class PickingLine:
    """Pieces of one SKU for one buyer."""

    product_name: str
    specification: str
    pieces: int
    is_gift: bool = False


@dataclass(frozen=True)
class PickingOrder:
    """One buyer's heap. The code is cut to its tail and the name masked: a list may lie about."""

    number: str
    pickup_code_tail: str
    buyer_name: str
    phone_tail: str
    lines: tuple[PickingLine, ...]
    status: str

    @property
    def is_taken(self) -> bool:
        return self.status in TAKEN

    @property
    def pieces(self) -> int:
        return sum(line.pieces for line in self.lines)


@dataclass(frozen=True)
class PickingTotal:
    """How many pieces of one SKU the point gets in all."""

    product_name: str
    specification: str
    pieces: int


@dataclass(frozen=True)
class PickingList:
    """Everything for one point, by product and by buyer."""

    point: PickupPoint
    totals: tuple[PickingTotal, ...]
    orders: tuple[PickingOrder, ...]

    @property
    def pieces(self) -> int:
        return sum(total.pieces for total in self.totals)

    @property
    def taken(self) -> int:
        """How many of the orders have been fetched."""
        return sum(order.is_taken for order in self.orders)


@dataclass(frozen=True)
class PickingSource:
    """Something of a higher app (a campaign, say) whose orders still wait at a point."""

    kind: str
    code: str
    orders: int


def picking_list(*, point: PickupPoint, source_code: str | None) -> PickingList:
    """The orders of one source with those already fetched; without a source everything that still waits. Two queries.

    In the order of the pick-up codes' tails, as they are called out.
    """
    orders = Order.objects.filter(pickup_point=point)
    if source_code is None:
        found = orders.filter(status__in=WAITING)
    else:
        found = orders.filter(source_code=source_code, status__in=WAITING + TAKEN)
    heaps = sorted((_heap(order) for order in _with_lines(found)), key=lambda heap: heap.pickup_code_tail or "~")
    return PickingList(point=point, totals=_totals(heaps), orders=tuple(heaps))


def picking_sources(point: PickupPoint) -> list[PickingSource]:
    """What the waiting orders of a point came from. One query."""
    rows = (
        Order.objects.filter(pickup_point=point, status__in=WAITING)
        .order_by()
        .values_list("source_kind", "source_code")
        .annotate(orders=Count("pk"))
    )
    return [PickingSource(kind, code, count) for kind, code, count in sorted(rows, key=lambda row: row[1])]


def _with_lines(orders: OrderQuerySet) -> OrderQuerySet:
    lines = OrderLine.objects.order_by("product_name", "specification", "pk")
    return orders.select_related("buyer").prefetch_related(Prefetch("lines", lines)).order_by("pk")


def _heap(order: Order) -> PickingOrder:
    return PickingOrder(
        number=order.number,
        pickup_code_tail=order.pickup_code[-CODE_TAIL:],
        buyer_name=order.buyer.shown_name,
        phone_tail=order.buyer.phone_tail,
        lines=tuple(
            PickingLine(line.product_name, line.specification, line.quantity, line.is_gift)
            for line in order.lines.all()
        ),
        status=order.status,
    )


def _totals(heaps: Iterable[PickingOrder]) -> tuple[PickingTotal, ...]:
    pieces: Counter[tuple[str, str]] = Counter()
    for heap in heaps:
        for line in heap.lines:
            pieces[line.product_name, line.specification] += line.pieces
    return tuple(PickingTotal(name, specification, count) for (name, specification), count in sorted(pieces.items()))
