"""Orders and their lines for long files: plain values, and of personal data only what is shown."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Case, F, QuerySet, TextField, Value, When
from django.db.models.functions import Cast
from django.db.models.lookups import Exact

from accounts.models import User
from common.masking import shown_name
from orders.models import Order, OrderLine
from orders.models.order import OrderQuerySet
from orders.states import OrderStatus
from web.backoffice.orders.listing import differences

Values = dict[str, Any]
OF_ORDERS = (
    "pk",
    "number",
    "placed_at",
    "paid_at",
    "status",
    "goods_fen",
    "freight_fen",
    "payable_fen",
    "freight_refunded_fen",
    "received_at",
)
OF_LINES = (
    "pk",
    "product_name",
    "specification",
    "quantity",
    "unit_price_fen",
    "final_unit_price_fen",
    "paid_fen",
    "refunded_fen",
)
# Who has a name is shown by it: no phone is decrypted for nothing. What is empty stands unencrypted.
NAMELESS = Exact(Cast("buyer__name", TextField()), Value(""))
PHONE = Case(When(NAMELESS, then="buyer__phone"), output_field=User._meta.get_field("phone"))


def plain_orders(orders: OrderQuerySet) -> QuerySet[Order, Values]:
    """The values of orders that `order_rows` reads."""
    people = {"name": F("buyer__name"), "phone_tail": F("buyer__phone_tail"), "phone": PHONE}
    return orders.values(*OF_ORDERS, point=F("pickup_point__name"), **people)


def plain_lines(orders: OrderQuerySet) -> QuerySet[OrderLine, Values]:
    """The values of the lines of orders, each with those of its order that a file shows."""
    around = {name: F(f"order__{name}") for name in ("number", "placed_at", "status")}
    lines = OrderLine.objects.filter(order__in=orders.order_by().values("pk"))
    return lines.values(*OF_LINES, point=F("order__pickup_point__name"), **around)


def order_rows(orders: list[Values]) -> Iterator[Values]:
    """Each order with its buyer, its goods, and what went back; two queries for all of them."""
    ids = [order["pk"] for order in orders]
    lines, gone_back = _lines_of(ids), differences(ids)
    for order in orders:
        own, difference_fen = lines[order["pk"]], gone_back.get(order["pk"], 0)
        back_fen = order["freight_refunded_fen"] + sum(line["refunded_fen"] for line in own)
        yield order | {
            "buyer": shown_name(order["name"], order["phone"] or ""),
            "goods": "\n".join(map(said, own)),
            "pieces": sum(line["quantity"] for line in own),
            "difference_fen": difference_fen,
            "returned_fen": back_fen - difference_fen,
        }


def said(line: Values) -> str:
    """赣南脐橙 5 斤装 × 2"""
    return f"{line['product_name']} {line['specification']} × {line['quantity']}"


def state_of(values: Values) -> str:
    """The state of an order as a word."""
    return str(OrderStatus(values["status"]).label)


def _lines_of(orders: Iterable[int]) -> dict[int, list[Values]]:
    own: dict[int, list[Values]] = defaultdict(list)
    names = ("order_id", "product_name", "specification", "quantity", "refunded_fen")
    for line in OrderLine.objects.filter(order__in=orders).order_by("pk").values(*names):
        own[line["order_id"]].append(line)
    return own
