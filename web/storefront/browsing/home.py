"""Home opens with what waits for you, then the campaign nearest to its next step: all of it around your community."""

import datetime as dt
from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from accounts.models import User
from campaigns.selectors.cards import CampaignCard
from campaigns.selectors.hall import ending_first, hall, nearest_to_next_tier
from community.selectors.communities import point_ids_of
from orders.models import Order
from orders.selectors.orders import for_pickup, of_buyer
from orders.selectors.pickup import leads_points, parts_handed_over_by
from orders.states import OrderStatus
from web.storefront.browsing.shelves import shelves
from web.storefront.community.current import current_community
from web.storefront.promotions import said_on_cards
from web.storefront.welcoming import welcome_card

ENDING = 3
TILES = 8
EVENING = 18
MOST_WAITING = 10


def home(request: HttpRequest) -> HttpResponse:
    """For everybody; who is signed in sees first what has to be fetched or paid."""
    community, now = current_community(request), timezone.now()
    point_ids = None if community is None else point_ids_of(community)
    hero = next(iter(nearest_to_next_tier(limit=1, point_ids=point_ids)), None)
    shown = {hero.code} if hero else set()
    ending = _others(ending_first(limit=ENDING + 1, point_ids=point_ids), shown, ENDING)
    shown |= {card.code for card in ending}
    # Where the neighbours buy nothing yet, the city does.
    around = point_ids if hero or ending else None
    tiles = _others(hall(sort="hottest", point_ids=around, limit=TILES + len(shown)), shown, TILES)
    soon = hall(shown="soon", sort="ending", point_ids=point_ids, limit=ENDING)
    context = {
        "tab": "home",
        "community": community,
        "waiting": _waiting(request),
        "to_hand_over": _to_hand_over(request),
        "hero": hero,
        "ending": ending,
        "is_tonight": bool(ending) and all(_closes_tonight(card, timezone.localtime()) for card in ending),
        "tiles": tiles[: len(tiles) // 2 * 2] if around == point_ids else tiles,
        "is_elsewhere": around != point_ids,
        "soon": soon,
        "promotions": said_on_cards([*ending, *tiles, *soon], now),
        "welcome": welcome_card(request, now),
        "categories": shelves()[:5],
    }
    return render(request, "storefront/home/index.html", context)


def _others(cards: Sequence[CampaignCard], shown: set[str], most: int) -> list[CampaignCard]:
    return [card for card in cards if card.code not in shown][:most]


def _closes_tonight(card: CampaignCard, now: dt.datetime) -> bool:
    closes_at = timezone.localtime(card.closes_at)
    return closes_at.date() == now.date() and closes_at.hour >= EVENING


def _waiting(request: HttpRequest) -> list[Order]:
    """What this person has to pay before it lapses, then what lies ready."""
    if not isinstance(request.user, User):
        return []
    mine = of_buyer(request.user).filter(status__in=[OrderStatus.READY, OrderStatus.PENDING_PAYMENT])[:MOST_WAITING]
    unpaid = [order for order in mine if order.status == OrderStatus.PENDING_PAYMENT]
    ready = [order for order in mine if order.status == OrderStatus.READY]
    return [*unpaid[:1], *ready[:2]]


def _to_hand_over(request: HttpRequest) -> int:
    """How many orders lie ready at the points this person leads."""
    user = request.user
    if not isinstance(user, User) or not leads_points(user):
        return 0
    return for_pickup(parts_handed_over_by(user)).count()
