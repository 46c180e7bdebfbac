"""Home opens with what waits for you, then the campaign nearest to its next step: all of it around your community."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from accounts.models import User
from campaigns.selectors.cards import CampaignCard
from campaigns.selectors.hall import ending_first, hall, nearest_to_next_tier
from community.selectors.communities import point_ids_of
from marketing.selectors.rewards import welcome_promised
from orders.models import Order
from orders.selectors.orders import for_pickup, of_buyer
from orders.selectors.pickup import leads_points, parts_handed_over_by
from orders.states import OrderStatus
from web.shared.pages import Look, shared_page
from web.storefront.browsing.shelves import shelves
from web.storefront.community.current import community_code, current_community, look_from
from web.storefront.promotions import said_on_cards
from web.storefront.welcoming import welcome_of

TEMPLATE = "storefront/home/index.html"
ENDING = 3
TILES = 8
EVENING = 18
MOST_WAITING = 10


def home(request: HttpRequest) -> HttpResponse:
    """For everybody; who is signed in sees first what has to be fetched or paid."""
    code = community_code(request)

    def look(anybody: HttpRequest) -> Look:
        look_from(anybody, code)
        return Look(_context(anybody, now=timezone.now()))

    return shared_page(request, TEMPLATE, look, differs_by=(code,)).for_visitor(request, _what_waits(request))


def _context(request: HttpRequest, *, now: dt.datetime) -> dict[str, Any]:
    community = current_community(request)
    point_ids = None if community is None else point_ids_of(community)
    hero = next(iter(nearest_to_next_tier(limit=1, point_ids=point_ids)), None)
    shown = {hero.code} if hero else set()
    ending = _others(ending_first(limit=ENDING + 1, point_ids=point_ids), shown, ENDING)
    shown |= {card.code for card in ending}
    # Where the neighbours buy nothing yet, the city does.
    around = point_ids if hero or ending else None
    tiles = _others(hall(sort="hottest", point_ids=around, limit=TILES + len(shown)), shown, TILES)
    soon = hall(shown="soon", sort="ending", point_ids=point_ids, limit=ENDING)
    return {
        "tab": "home",
        "community": community,
        "promised": "" if request.user.is_authenticated else welcome_promised(now),
        "hero": hero,
        "ending": ending,
        "is_tonight": bool(ending) and all(_closes_tonight(card, timezone.localtime()) for card in ending),
        "tiles": tiles[: len(tiles) // 2 * 2] if around == point_ids else tiles,
        "is_elsewhere": around != point_ids,
        "soon": soon,
        "promotions": said_on_cards([*ending, *tiles, *soon], now),
        "categories": shelves()[:5],
    }


def _what_waits(request: HttpRequest) -> dict[str, Any]:
    """Of this visitor alone: their welcome gift, orders to hand over, to pay and to fetch; nothing for a guest."""
    user = request.user
    if not isinstance(user, User):
        return {}
    return {
        "welcome": welcome_of(user, timezone.now()),
        "to_hand_over": _to_hand_over(user),
        "waiting": _waiting(user),
    }


def _others(cards: Sequence[CampaignCard], shown: set[str], most: int) -> list[CampaignCard]:
    return [card for card in cards if card.code not in shown][:most]


def _closes_tonight(card: CampaignCard, now: dt.datetime) -> bool:
    closes_at = timezone.localtime(card.closes_at)
    return closes_at.date() == now.date() and closes_at.hour >= EVENING


def _waiting(user: User) -> list[Order]:
    """What this person has to pay before it lapses, then what lies ready."""
    mine = of_buyer(user).filter(status__in=[OrderStatus.READY, OrderStatus.PENDING_PAYMENT])[:MOST_WAITING]
    unpaid = [order for order in mine if order.status == OrderStatus.PENDING_PAYMENT]
    ready = [order for order in mine if order.status == OrderStatus.READY]
    return [*unpaid[:1], *ready[:2]]


def _to_hand_over(user: User) -> int:
    """How many orders lie ready at the points this person leads."""
    return for_pickup(parts_handed_over_by(user)).count() if leads_points(user) else 0
