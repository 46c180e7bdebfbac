"""One coupon: what it says, what it brought and cost, who has one."""

from django.http import HttpRequest, HttpResponse

from marketing.selectors.results import Results, holders_of, results_of, template_of
from web.backoffice.access import Right, Shop, needs
from web.backoffice.shell import show, without_page
from web.coupons import tickets
from web.keyset import keyset_page

BATCHES_SHOWN = 20


@needs(Right.SELL)
def coupon(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """The numbers first, then codes and people."""
    template = template_of(shop.merchant, code)
    context = {
        "template": template,
        "ticket": tickets([template])[0],
        "results": results_of([template]).get(template.pk, Results()),
        "words": template.codes.filter(batch__isnull=True).order_by("-pk")[:BATCHES_SHOWN],
        "batches": template.batches.order_by("-pk")[:BATCHES_SHOWN],
        "page": keyset_page(request.GET, holders_of(template)),
        "query": without_page(request),
    }
    return show(request, shop, "coupons/coupon.html", context, here="coupons")
