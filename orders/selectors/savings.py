"""What buying together has saved somebody: a fact, counted from what was really charged."""

from dataclasses import dataclass

from django.db.models import Count, F, Q, Sum

from accounts.models import User
from orders.models import Order, OrderLine, PriceLine
from orders.states import OrderStatus

# The price is final and the goods are theirs: only then has anybody saved anything.
FINAL = (OrderStatus.PREPARING, OrderStatus.READY, OrderStatus.RECEIVED, OrderStatus.COMPLETED)


@dataclass(frozen=True)
class Savings:
    """`saved_fen` against buying alone, of which `returned_fen` came back as differences; over so many orders."""

    saved_fen: int
    returned_fen: int
    orders: int


def savings_of(user: User) -> Savings:
    """Over all orders that went through. Three queries."""
    mine = Order.objects.filter(buyer=user, status__in=FINAL)
    off = PriceLine.objects.filter(order__in=mine, amount_fen__lt=0).aggregate(fen=Sum("amount_fen"))
    fell = Q(final_unit_price_fen__lt=F("unit_price_fen"))
    each = F("unit_price_fen") - F("final_unit_price_fen")
    back = OrderLine.objects.filter(fell, order__in=mine).aggregate(fen=Sum(each * F("quantity")))
    returned_fen = back["fen"] or 0
    return Savings(
        saved_fen=returned_fen - (off["fen"] or 0),
        returned_fen=returned_fen,
        orders=mine.aggregate(count=Count("pk"))["count"],
    )
