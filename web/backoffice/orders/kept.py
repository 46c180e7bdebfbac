"""What somebody last narrowed the list of orders to, kept in their session for each shop until they let it go."""

from django.http import HttpRequest

from web.backoffice.access import Shop
from web.backoffice.orders.wanted import Wanted

SESSION = "orders_narrowed"


def keep(request: HttpRequest, shop: Shop, wanted: Wanted) -> None:
    """Remember a list that was narrowed; a plain tab is nothing to remember."""
    if wanted.narrowed and _all(request).get(shop.code) != wanted.query:
        request.session[SESSION] = _all(request) | {shop.code: wanted.query}


def last(request: HttpRequest, shop: Shop, wanted: Wanted) -> str:
    """The address of what was last looked for; nothing while a narrowed list is being looked at."""
    return "" if wanted.narrowed else _all(request).get(shop.code, "")


def forget(request: HttpRequest, shop: Shop) -> None:
    """Let it go."""
    request.session[SESSION] = {code: query for code, query in _all(request).items() if code != shop.code}


def _all(request: HttpRequest) -> dict[str, str]:
    return dict(request.session.get(SESSION, {}))
