"""The hall: filter, sort, search; what moves on its cards is polled in one request."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from campaigns.selectors.cards import card as card_of
from campaigns.selectors.cards import with_ladder
from campaigns.selectors.hall import PAGE, SHOWN, SORTS, public
from campaigns.selectors.hall import hall as cards_of
from web.storefront.browsing.shelves import category_ids, shelves
from web.templatetags.ladders import fingerprint

SORT_WORDS = {"ending": _("快截止"), "hottest": _("最热"), "newest": _("新开团")}
SHOWN_WORDS = {"open": _("拼团中"), "soon": _("即将开团"), "ended": _("已结束")}
LONGEST_SEARCH = 40
NOTHING_NEW = 204


@dataclass(frozen=True)
class Wanted:
    """What the visitor asked to see; anything unknown means the first choice."""

    shown: str
    sort: str
    category: str
    search: str
    page: int

    def url(self, **changes: str | int) -> str:
        """The address of this view of the hall, with something changed; what is plain is left out."""
        plain: dict[str, str | int] = {"shown": "open", "sort": "ending", "category": "", "q": "", "page": 1}
        now = {"shown": self.shown, "sort": self.sort, "category": self.category, "q": self.search, "page": 1}
        said = {name: value for name, value in (now | changes).items() if value != plain[name]}
        return f"?{urlencode(said)}" if said else "?"


def hall(request: HttpRequest) -> HttpResponse:
    """Every filter is an address of its own."""
    wanted = _wanted(request)
    found = public(shown=wanted.shown, category_ids=_shelf(wanted), search=wanted.search).count()
    cards = _cards(wanted)
    context = {
        "tab": "hall",
        "wanted": wanted,
        "cards": cards,
        "found": found,
        "more": max(0, found - wanted.page * PAGE),
        "more_url": wanted.url(page=wanted.page + 1),
        "chips": _chips(wanted),
        "sorts": [(word, wanted.url(sort=name), name == wanted.sort) for name, word in SORT_WORDS.items()],
        "shown": [(word, wanted.url(shown=name), name == wanted.shown) for name, word in SHOWN_WORDS.items()],
    }
    return render(request, "storefront/hall/index.html", context)


def progress(request: HttpRequest) -> HttpResponse:
    """Only the cards that changed since the visitor saw them, for swapping out of band; 204 when none did."""
    seen = dict(entry.partition(".")[::2] for entry in request.GET.getlist("seen")[: PAGE * 3])
    campaigns = with_ladder(Campaign.objects.public().filter(code__in=seen))
    cards = [card_of(campaign) for campaign in campaigns]
    changed = [card for card in cards if fingerprint(card) != seen[card.code]]
    if not changed:
        return HttpResponse(status=NOTHING_NEW)
    return render(request, "storefront/hall/_changed.html", {"cards": changed})


def _wanted(request: HttpRequest) -> Wanted:
    asked = request.GET
    page = asked.get("page", "1")
    return Wanted(
        shown=asked["shown"] if asked.get("shown") in SHOWN else "open",
        sort=asked["sort"] if asked.get("sort") in SORTS else "ending",
        category=asked.get("category", "") if asked.get("category", "").isdigit() else "",
        search=asked.get("q", "").strip()[:LONGEST_SEARCH],
        page=min(max(int(page), 1), 200) if page.isascii() and page.isdigit() else 1,
    )


def _shelf(wanted: Wanted) -> list[int]:
    return category_ids(wanted.category) if wanted.category else []


def _cards(wanted: Wanted) -> list:
    return cards_of(
        shown=wanted.shown,
        category_ids=_shelf(wanted),
        sort=wanted.sort,
        search=wanted.search,
        offset=(wanted.page - 1) * PAGE,
    )


def _chips(wanted: Wanted) -> list[tuple[str, str, bool]]:
    everything = (str(_("全部")), wanted.url(category=""), not wanted.category)
    return [everything] + [
        (shelf.name, wanted.url(category=str(shelf.pk)), str(shelf.pk) == wanted.category) for shelf in shelves()
    ]
