"""The coupons of a shop with what each brought and cost."""

from django.http import HttpRequest, HttpResponse

from marketing.selectors.results import Results, of_merchant, results_of
from web.backoffice.access import Right, Shop, needs
from web.backoffice.shell import show, without_page
from web.coupons import tickets
from web.keyset import keyset_page


@needs(Right.SELL)
def coupons(request: HttpRequest, shop: Shop) -> HttpResponse:
    """A page of them, newest first, in a number of queries that does not grow with its rows."""
    page = keyset_page(request.GET, of_merchant(shop.merchant))
    found = list(page)
    results = results_of(found)
    context = {
        "page": page,
        "rows": [(ticket, results.get(ticket.template.pk, Results())) for ticket in tickets(found)],
        "query": without_page(request),
    }
    return show(request, shop, "coupons/index.html", context, here="coupons")
