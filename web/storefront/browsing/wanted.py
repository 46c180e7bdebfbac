"""What a visitor wants to see of the hall, as its address says it."""

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, QueryDict

from campaigns.selectors.hall import SHOWN, SORTS
from community.models import Community
from community.selectors.communities import active, point_ids_of
from web.storefront.browsing.shelves import category_ids
from web.storefront.community.current import current_community

# What the address of a view of the hall may say, and how much of it is read.
ASKED = ("shown", "sort", "category", "q", "page", "community")
LONGEST_SEARCH = 40
LAST_PAGE = 200
MOST_DIGITS = 6
EVERYWHERE = "all"


@dataclass(frozen=True)
class Wanted:
    """Anything unknown means the first choice. `community` is None for the whole city."""

    shown: str
    sort: str
    category: str
    search: str
    page: int
    scope: str
    community: Community | None

    def url(self, **changes: str | int) -> str:
        """The address of this view of the hall, with something changed; what is plain is left out."""
        plain: dict[str, str | int] = {"shown": "open", "sort": "ending", "category": "", "q": "", "page": 1}
        plain["community"] = ""
        now = {"shown": self.shown, "sort": self.sort, "category": self.category, "q": self.search, "page": 1}
        now["community"] = self.scope
        said = {name: value for name, value in (now | changes).items() if value != plain[name]}
        return f"?{urlencode(said)}" if said else "?"

    @property
    def everywhere_url(self) -> str:
        """The same, over the whole city."""
        return self.url(community=EVERYWHERE)

    def filters(self) -> dict:
        """What the selectors of the hall take."""
        return {
            "shown": self.shown,
            "category_ids": category_ids(self.category) if self.category else [],
            "point_ids": None if self.community is None else point_ids_of(self.community),
            "search": self.search,
        }


def asked(request: HttpRequest) -> dict[str, str]:
    """What the address says of what there is to say: the same for everybody who wants to see the same."""
    said = {name: request.GET.get(name, "").strip()[:LONGEST_SEARCH] for name in ASKED}
    return {name: value for name, value in said.items() if value}


def wanted_of(request: HttpRequest) -> Wanted:
    """Without a word about it, one's own community where one has chosen."""
    asked = request.GET
    scope = asked.get("community", "")
    community = _community(request, scope)
    return Wanted(
        shown=asked["shown"] if asked.get("shown") in SHOWN else "open",
        sort=asked["sort"] if asked.get("sort") in SORTS else "ending",
        category=asked.get("category", "") if asked.get("category", "").isdigit() else "",
        search=asked.get("q", "").strip()[:LONGEST_SEARCH],
        page=_page(asked),
        scope=scope if scope == EVERYWHERE or (community and scope == community.code) else "",
        community=community,
    )


def _community(request: HttpRequest, scope: str) -> Community | None:
    if scope == EVERYWHERE:
        return None
    named = active().filter(code=scope).first() if scope else None
    return named or current_community(request)


def _page(asked: QueryDict) -> int:
    page = asked.get("page", "1")[:MOST_DIGITS]
    return min(max(int(page), 1), LAST_PAGE) if page.isascii() and page.isdigit() else 1
