"""The first step of a campaign: what to sell."""

from django.http import HttpRequest, HttpResponse

from web.backoffice.access import Right, Shop, needs
from web.backoffice.campaigns.skus import on_sale
from web.backoffice.shell import page_of, show, without_page


@needs(Right.SELL)
def choose(request: HttpRequest, shop: Shop) -> HttpResponse:
    """SKUs on sale to tick; the form that follows is asked for with their codes."""
    search = request.GET.get("q", "").strip()[:40]
    context = {
        "page": page_of(request, on_sale(shop.merchant, search), size=50),
        "search": search,
        "query": without_page(request),
    }
    return show(request, shop, "campaigns/choose.html", context, here="campaigns")
