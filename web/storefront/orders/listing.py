"""All my orders, by what they wait for."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from campaigns.selectors.hall import public
from community.selectors.reviews import to_review
from orders.models import Order
from orders.selectors.orders import of_buyer
from web.access import person, signed_in
from web.keyset import keyset_page
from web.pictures import first_pictures
from web.storefront.orders.sentences import headline
from web.storefront.orders.tabs import TABS, counts_of


@signed_in
def orders(request: HttpRequest) -> HttpResponse:
    """A page of them, in a number of queries that does not grow with its rows."""
    show = request.GET.get("show", "all")
    show = show if show in TABS else "all"
    user = person(request)
    counts = counts_of(user)
    mine = of_buyer(user).filter(status__in=TABS[show][1])
    page = keyset_page(request.GET, mine)
    context = {
        "tab": "orders",
        "page": page,
        "rows": _rows(list(page)),
        "to_review": to_review(page),
        "show": show,
        "tabs": [(name, word, counts[name.replace("-", "_")], name == show) for name, (word, _states) in TABS.items()],
        "open_campaigns": 0 if page.object_list else public(shown="open").count(),
    }
    return render(request, "storefront/orders/index.html", context)


def _rows(found: list[Order]) -> list[tuple[Order, str, str, int]]:
    """Each order with its headline, the picture of its first line, and what it costs less what went back."""
    pictures = first_pictures(line.sku.product_id for order in found for line in order.lines.all())
    firsts = {order.pk: next(iter(order.lines.all()), None) for order in found}
    return [
        (
            order,
            headline(order)[0],
            pictures.get(first.sku.product_id, "") if (first := firsts[order.pk]) else "",
            _spent_fen(order),
        )
        for order in found
    ]


def _spent_fen(order: Order) -> int:
    back_fen = order.freight_refunded_fen + sum(line.refunded_fen for line in order.lines.all())
    return order.payable_fen - back_fen
