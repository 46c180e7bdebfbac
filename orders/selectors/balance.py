"""What the balance of a buyer can pay of an order."""

from dataclasses import dataclass

from orders.locks import SUBJECT
from orders.models import Order
from payments.selectors.balance import balance_of, waiting_part
from payments.subjects import Subject


@dataclass(frozen=True)
class BalanceOffer:
    """All that a balance holds, with what it has paid of this order already; the most it can pay of it, and the rest.

    `waiting_fen` is what it has paid already, while the rest has not come.
    """

    balance_fen: int
    most_fen: int
    rest_fen: int
    waiting_fen: int


def offer_of(order: Order) -> BalanceOffer:
    """What the buyer's balance can do for an order that waits for its payment."""
    part = waiting_part(Subject(SUBJECT, order.number))
    waiting_fen = part.amount_fen if part else 0
    balance_fen = balance_of(order.buyer) + waiting_fen
    most_fen = max(0, min(balance_fen, order.payable_fen))
    return BalanceOffer(balance_fen, most_fen, order.payable_fen - most_fen, waiting_fen)
