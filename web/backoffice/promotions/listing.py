"""The promotions of a shop with what each brought and cost."""

from django.http import HttpRequest, HttpResponse

from marketing.promoting import promotion_in_words
from marketing.selectors.promotion_results import PromotionResults, results_of
from marketing.selectors.promotions import of_merchant, terms_by_promotion
from web.backoffice.access import Right, Shop, needs
from web.backoffice.promotions.standing import HERE, standing_of
from web.backoffice.shell import show, without_page
from web.keyset import keyset_page


@needs(Right.SELL)
def promotions(request: HttpRequest, shop: Shop) -> HttpResponse:
    """A page of them, newest first, in a number of queries that does not grow with its rows."""
    page = keyset_page(request.GET, of_merchant(shop.merchant))
    found = list(page)
    results, terms = results_of(found), terms_by_promotion(found)
    context = {
        "page": page,
        "rows": [
            (
                promotion,
                standing_of(promotion),
                promotion_in_words(terms[promotion.pk]),
                results.get(promotion.pk, PromotionResults()),
            )
            for promotion in found
        ],
        "query": without_page(request),
    }
    return show(request, shop, "promotions/index.html", context, here=HERE)
