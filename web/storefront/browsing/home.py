"""Home opens with what waits for you, then the campaign nearest to its next step."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.models import User
from campaigns.selectors.hall import ending_first, hall, nearest_to_next_tier
from orders.models import Order
from orders.selectors.orders import of_buyer
from orders.states import OrderStatus
from web.storefront.browsing.shelves import shelves

ENDING = 3
TILES = 8


def home(request: HttpRequest) -> HttpResponse:
    """For everybody; who is signed in sees first what has to be fetched or paid."""
    hero = next(iter(nearest_to_next_tier(limit=1)), None)
    shown = {hero.code} if hero else set()
    ending = [card for card in ending_first(limit=ENDING + 1) if card.code not in shown][:ENDING]
    shown |= {card.code for card in ending}
    tiles = [card for card in hall(sort="hottest", limit=TILES + len(shown)) if card.code not in shown][:TILES]
    context = {
        "tab": "home",
        "waiting": _waiting(request),
        "hero": hero,
        "ending": ending,
        "tiles": tiles[: len(tiles) // 2 * 2],
        "soon": hall(shown="soon", sort="ending", limit=ENDING),
        "categories": shelves()[:5],
    }
    return render(request, "storefront/home/index.html", context)


def _waiting(request: HttpRequest) -> list[Order]:
    """What this person has to fetch or to pay, the goods first."""
    if not isinstance(request.user, User):
        return []
    mine = of_buyer(request.user).filter(status__in=[OrderStatus.READY, OrderStatus.PENDING_PAYMENT])
    return sorted(mine[:4], key=lambda order: order.status != OrderStatus.READY)[:2]
