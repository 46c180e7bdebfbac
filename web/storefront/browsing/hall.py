"""The hall: filter, sort, search."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.selectors.hall import hall as cards_of
from campaigns.selectors.hall import public
from community.models import Community
from web.htmx import wants_part
from web.shared.pages import Look, shared_page
from web.storefront.browsing.reminding import awaited
from web.storefront.browsing.shelves import shelves
from web.storefront.browsing.wanted import EVERYWHERE, Wanted, asked, wanted_of
from web.storefront.browsing.ways_on import way_on
from web.storefront.community.current import community_code, current_community, look_from
from web.storefront.promotions import said_on_cards

TEMPLATE = "storefront/hall/index.html"
SORT_WORDS = {"ending": _("快截止"), "hottest": _("最热"), "drop": _("降得最多"), "newest": _("新开团")}
SHOWN_WORDS = {"soon": _("即将开团"), "ended": _("已结束")}
# So few that a first look stays light, as each card brings its picture; whoever wants more gets more.
FIRST = 6
MORE = 12


@dataclass(frozen=True)
class Link:
    """A view of the hall that one may go to; its id keeps the focus when the page around it is swapped."""

    key: str
    word: str | Promise
    url: str
    on: bool


def hall(request: HttpRequest) -> HttpResponse:
    """Every filter is an address of its own. Whoever waits for something that opens soon sees that on its card."""
    if request.GET.get("shown") == "soon" and awaited(request):
        return render(request, TEMPLATE, _context(request))
    code = community_code(request)

    def look(anybody: HttpRequest) -> Look:
        look_from(anybody, code)
        return Look(_context(anybody))

    return shared_page(request, TEMPLATE, look, asks=asked(request), differs_by=(code,)).for_visitor(request)


def _context(request: HttpRequest) -> dict[str, Any]:
    wanted, mine = wanted_of(request), current_community(request)
    filters = wanted.filters()
    found = public(**filters).count()
    offset, limit = _slice(wanted.page)
    cards = cards_of(**filters, sort=wanted.sort, offset=offset, limit=limit)
    return {
        "tab": "hall",
        "wanted": wanted,
        "mine": mine,
        "cards": cards,
        "promotions": said_on_cards(cards, timezone.now()),
        "found": found,
        "more": min(max(0, found - offset - limit), MORE),
        "more_url": wanted.url(page=wanted.page + 1),
        "way_on": None if found else way_on(wanted, filters),
        "is_appended": wanted.page > 1 and wants_part(request),
        "awaited": awaited(request) if wanted.shown == "soon" else None,
        "scopes": list(_scopes(wanted, mine)),
        "chips": list(_chips(wanted)),
        "views": list(_views(wanted)),
    }


def _slice(page: int) -> tuple[int, int]:
    """Where a page begins, and how many cards it has."""
    return (0, FIRST) if page == 1 else (FIRST + (page - 2) * MORE, MORE)


def _scopes(wanted: Wanted, mine: Community | None) -> Iterator[Link]:
    """The community one looks at, one's own, the whole city."""
    if wanted.community is not None and wanted.community != mine:
        yield Link("scope-other", wanted.community.name, wanted.url(), True)
    if mine is not None:
        yield Link("scope-mine", mine.name, wanted.url(community=""), wanted.community == mine)
    yield Link("scope-all", _("全城"), wanted.url(community=EVERYWHERE if mine else ""), wanted.community is None)


def _chips(wanted: Wanted) -> Iterator[Link]:
    yield Link("shelf-all", _("全部"), wanted.url(category=""), not wanted.category)
    for shelf in shelves():
        key = str(shelf.pk)
        yield Link(f"shelf-{key}", shelf.name, wanted.url(category=key), key == wanted.category)


def _views(wanted: Wanted) -> Iterator[Link]:
    """What can be joined in one of its orders, what opens soon, and how it went."""
    for name, word in SORT_WORDS.items():
        is_on = wanted.shown == "open" and name == wanted.sort
        yield Link(f"view-{name}", word, wanted.url(shown="open", sort=name), is_on)
    for name, word in SHOWN_WORDS.items():
        yield Link(f"view-{name}", word, wanted.url(shown=name, sort="ending"), name == wanted.shown)
