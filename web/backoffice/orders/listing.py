"""The orders of a shop, by what they wait for."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse

from orders.models import Order
from web.backoffice.access import Right, Shop, needs
from web.backoffice.orders.tabs import TABS, counts, found, read_wanted
from web.backoffice.shell import page_of, show, without_page
from web.pictures import first_pictures


@dataclass(frozen=True)
class Row:
    """One order of the list: its picture, and what of it went back."""

    order: Order
    picture: str
    back_fen: int


@needs(Right.ORDERS)
def orders(request: HttpRequest, shop: Shop) -> HttpResponse:
    """A page of them, in a number of queries that does not grow with its rows."""
    wanted = read_wanted(request.GET)
    numbers = counts(shop.merchant, wanted)
    page = page_of(request, found(shop.merchant, wanted))
    kept = {"q": wanted.search, "campaign": wanted.campaign}
    context = {
        "page": page,
        "rows": rows_of(list(page)),
        "query": without_page(request),
        "wanted": wanted,
        "extra": "".join(f"&{urlencode({name: value})}" for name, value in kept.items() if value),
        "tabs": [(name, word, numbers[name], name == wanted.state) for name, (word, _states) in TABS.items()],
        "markable": wanted.state == "preparing" and Right.FULFIL in shop.rights,
    }
    return show(request, shop, "orders/index.html", context, here="orders")


def rows_of(listed: list[Order]) -> list[Row]:
    """The rows of a page; one query for all pictures."""
    pictures = first_pictures(line.sku.product_id for order in listed for line in order.lines.all())
    return [Row(order, _picture(order, pictures), _back_fen(order)) for order in listed]


def _picture(order: Order, pictures: dict[int, str]) -> str:
    first = next(iter(order.lines.all()), None)
    return pictures.get(first.sku.product_id, "") if first else ""


def _back_fen(order: Order) -> int:
    return order.freight_refunded_fen + sum(line.refunded_fen for line in order.lines.all())
