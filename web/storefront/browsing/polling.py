"""What open pages ask every few seconds: whether a ladder or a card has moved.

Who has seen the latest is told so after one look into Valkey, and by PostgreSQL once in a second for all of them.
"""

from collections.abc import Callable, Iterable, Sequence
from hashlib import blake2b

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.cache import patch_cache_control, patch_vary_headers
from django.utils.translation import get_language

from campaigns.models import Campaign
from campaigns.selectors.cards import CampaignCard, with_ladder
from campaigns.selectors.cards import card as card_of
from campaigns.selectors.views import get_public, price_now_fen
from web.shared.keeping import kept_each
from web.shared.pages import Look, shared_page
from web.shared.visitors import has_acted
from web.storefront.promotions import said_on_cards
from web.templatetags.ladders import fingerprint, is_settled

MOST_WATCHED = 60
NOTHING_NEW = 204
NOT_MODIFIED = 304
STOP_POLLING = 286
# What a page says of the ladder it shows.
SAID_OF_A_LADDER = ("bare", "joining")


def progress(request: HttpRequest) -> HttpResponse:
    """Only the cards that changed since the visitor saw them, for swapping out of band; 204 when none did."""
    seen = dict(entry.partition(".")[::2] for entry in request.GET.getlist("seen")[:MOST_WATCHED])
    marks = _marks(request, seen)
    changed = [code for code in seen if code in marks and marks[code] != seen[code]]
    if not changed:
        return HttpResponse(status=NOTHING_NEW)
    tag = _tag(*(marks[code] for code in changed))
    if _knows(request, tag):
        return HttpResponse(status=NOT_MODIFIED)
    # A card is kept with the state it shows, so that nobody is sent back to an older one.
    wanted = [f"{code}.{marks[code]}" for code in changed]
    cards = kept_each(f"card:{get_language()}", wanted, _changed_cards)
    return _tagged(HttpResponse("".join(cards[one] for one in wanted if one in cards)), tag)


def ladder(request: HttpRequest, code: str) -> HttpResponse:
    """The staircase alone: 204 while nothing changed, 286 once it is over and need not be asked for again."""
    mark = _marks(request, [code]).get(code, "")
    if mark and request.GET.get("seen") == mark:
        return HttpResponse(status=NOTHING_NEW)
    if mark and _knows(request, _tag(mark)):
        return HttpResponse(status=NOT_MODIFIED)
    asks = {name: "1" for name in SAID_OF_A_LADDER if name in request.GET}
    page = shared_page(request, "storefront/campaign/_ladder.html", _look_at(code), asks=asks, differs_by=(mark,))
    shown, over = page.facts
    answer = page.for_visitor(request)
    if over:
        answer.status_code = STOP_POLLING
        return answer
    return _tagged(answer, _tag(shown))


def _look_at(code: str) -> Callable[[HttpRequest], Look]:
    def look(anybody: HttpRequest) -> Look:
        found = get_public(code)
        card = card_of(found)
        over = is_settled(card)
        context = {
            "card": card,
            "minimum": found.minimum,
            "joins_at_fen": price_now_fen(found, now=timezone.now()),
            "over": over,
            "bare": "bare" in anybody.GET,
            "joining": "joining" in anybody.GET,
            "said": "bare" not in anybody.GET,
        }
        return Look(context, (fingerprint(card), over))

    return look


def _marks(request: HttpRequest, codes: Iterable[str]) -> dict[str, str]:
    """How far these campaigns are, each as the fingerprint of its card; unknown and hidden ones are left out."""
    return kept_each(
        "mark", codes, lambda some: {c.code: fingerprint(c) for c in _cards(some)}, afresh=has_acted(request)
    )


def _cards(codes: Sequence[str]) -> list[CampaignCard]:
    return [card_of(campaign) for campaign in with_ladder(Campaign.objects.public().filter(code__in=codes))]


def _changed_cards(wanted: Sequence[str]) -> dict[str, str]:
    """Cards as they are swapped in, by "code.fingerprint" as they are asked for."""
    asked_for = {one.partition(".")[0]: one for one in wanted}
    cards, now = _cards(list(asked_for)), timezone.now()
    shared = {"promotions": said_on_cards(cards, now), "now": now, "swap": 1, "poll": 1, "level": 2}
    return {asked_for[card.code]: render_to_string("components/_camp.html", shared | {"card": card}) for card in cards}


def _tag(*shown: str) -> str:
    """The ETag of what shows this, in this language."""
    return f'"{blake2b(repr((shown, get_language())).encode(), digest_size=12).hexdigest()}"'


def _knows(request: HttpRequest, tag: str) -> bool:
    return request.headers.get("If-None-Match") == tag


def _tagged(answer: HttpResponse, tag: str) -> HttpResponse:
    """To be kept by the browser, which asks with the tag whether it is still so."""
    answer["ETag"] = tag
    patch_cache_control(answer, private=True, no_cache=True)
    patch_vary_headers(answer, ["HX-Request"])
    return answer
