"""What happens to orders, for whoever stands above."""

from dataclasses import dataclass
from typing import Any

from common.events import Event


@dataclass(frozen=True)
class OrderPlaced(Event):
    order_id: int


@dataclass(frozen=True)
class PlacingFlagged(Event):
    """A check let an order pass that a person should look at; `evidence` are numbers and public codes."""

    order_id: int
    check: str
    reason: str
    evidence: dict[str, Any]


@dataclass(frozen=True)
class OrderPaid(Event):
    order_id: int


@dataclass(frozen=True)
class OrderExpired(Event):
    order_id: int


@dataclass(frozen=True)
class OrderCancelled(Event):
    """An order ended before its goods went out. `reason` is a CancelReason."""

    order_id: int
    reason: str


@dataclass(frozen=True)
class OrderReady(Event):
    order_id: int


@dataclass(frozen=True)
class OrderReceived(Event):
    order_id: int


@dataclass(frozen=True)
class AfterSalesRefunded(Event):
    """Part of an order that went on is given back; `refund_id` is the first refund of it. By rule nobody was asked."""

    order_id: int
    refund_id: int
    amount_fen: int
    by_rule: bool


@dataclass(frozen=True)
class OrderCompleted(Event):
    """Received, its after-sales window over, no case open: its money went to whom it belongs. Published once.

    What waits for a purchase to be final (commission, invitation, points) waits for this and computes no window.
    """

    order_id: int


@dataclass(frozen=True)
class PickupPointSaved(Event):
    """A point was opened or changed: its name, its leader, its rate, or whether it is in use."""

    point_id: int
