"""B1: the products of a shop: found, filtered, put on the shelf and off it by the handful."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse

from accounts.models import Merchant
from catalog.models import Category, Product, Stock
from catalog.selectors.categories import category_tree, with_descendants
from catalog.selectors.levels import left_of_products
from catalog.selectors.products import of_merchant
from catalog.states import ProductStatus
from common.searching import matches
from web.backoffice.access import Right, Shop, needs
from web.backoffice.shell import show, without_page
from web.keyset import keyset_page

LOW = Stock.objects.filter(sku__product=OuterRef("pk"), sku__retired_at=None, low_since__isnull=False)


@dataclass(frozen=True)
class Wanted:
    """What narrows the list."""

    search: str
    state: str
    category: Category | None
    low: bool

    @property
    def is_narrowed(self) -> bool:
        return bool(self.search or self.state or self.category or self.low)


@needs(Right.SELL)
def products(request: HttpRequest, shop: Shop) -> HttpResponse:
    """A page of them, in a number of queries that does not grow with its rows."""
    tree = category_tree()
    wanted = _wanted(request.GET, [category for _depth, category in tree])
    page = keyset_page(request.GET, _narrowed(shop.merchant, wanted))
    left = left_of_products(product.pk for product in page)
    context = {
        "page": page,
        "rows": [(product, list(product.skus.all()), left.get(product.pk, 0)) for product in page],
        "query": without_page(request),
        "wanted": wanted,
        "states": ProductStatus.choices,
        "categories": [(category.pk, "\u3000" * depth + category.name) for depth, category in tree],
    }
    return show(request, shop, "products/index.html", context, here="products")


def found(merchant: Merchant, query: Mapping[str, str]) -> QuerySet[Product]:
    """What the list shows for the parameters of its address, on all its pages."""
    return _narrowed(merchant, _wanted(query, [category for _depth, category in category_tree()]))


def _wanted(query: Mapping[str, str], known: Sequence[Category]) -> Wanted:
    state, category = query.get("state", ""), query.get("category", "")
    return Wanted(
        search=query.get("q", "").strip()[:40],
        state=state if state in ProductStatus.values else "",
        category=next((each for each in known if str(each.pk) == category), None),
        low="low" in query,
    )


def _narrowed(merchant: Merchant, wanted: Wanted) -> QuerySet[Product]:
    found = of_merchant(merchant).filter(matches(wanted.search))
    if wanted.state:
        found = found.filter(status=wanted.state)
    if wanted.category:
        found = found.filter(category__in=with_descendants(wanted.category))
    return found.filter(Exists(LOW)) if wanted.low else found
