"""The poster of a public campaign: a picture for phones, prints for notice boards. Drawn once, then kept."""

import datetime as dt
import hashlib
import json
from dataclasses import asdict

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts.networks import network_of
from campaigns.models import Campaign
from campaigns.selectors.cards import card as card_of
from campaigns.selectors.views import get_public
from catalog.models import ProductImage
from common import budgets
from common.crypto import keyed_hash
from common.errors import TooMany
from community.models import ShareLink
from community.selectors.sharing import link_to
from community.services.sharing import link_of
from community.states import Shared
from marketing.selectors.rewards import running_promises
from web.access import person, signed_in
from web.clients import client_address
from web.posters.drawing import PRINTS, SCREEN, Poster, Sheet, draw
from web.storefront.sharing.words import invitation_of, link_address, own_address, poster_of

# Raised with every change of the drawing, so that nobody is shown an older one.
DRAWING = 1
KEEP_SECONDS = 24 * 3600
# The sentence on it changes with every order; a browser asks again soon and mostly hears "not modified".
BROWSER_SECONDS = 60
# Drawing takes half a second of a processor. A neighbourhood behind one address asks for fewer new ones.
MOST_DRAWINGS = 60
DRAWINGS_WINDOW = dt.timedelta(minutes=1)


class TooManyPosters(TooMany):
    """Only of what has to be drawn; whatever was drawn before is always handed out."""

    code = "too_many_posters"
    message = _("这会儿要画的海报太多，过一分钟再来")


@require_safe
def poster(request: HttpRequest, code: str) -> HttpResponse:
    """The picture; with ?by=<code of a personal link> in that neighbour's name and with their QR code.

    Raises TooManyPosters.
    """
    return _answer(request, code, SCREEN)


@require_safe
def poster_print(request: HttpRequest, code: str, size: str) -> HttpResponse:
    """One page to print, in a size of PRINTS. Raises TooManyPosters."""
    if size not in PRINTS:
        raise Http404
    return _answer(request, code, PRINTS[size])


@require_safe
@signed_in
def invitation_poster(request: HttpRequest) -> HttpResponse:
    """G5: my own poster, with what a new neighbour gets; not there without a programme that gives money's worth.

    Raises TooManyPosters.
    """
    user, now = person(request), timezone.now()
    promise = next((one for one in running_promises(now) if one.worth_fen), None)
    if promise is None:
        raise Http404
    link = link_of(user=user, kind=Shared.HOME, code="", now=now)
    return _hand_out(request, invitation_of(promise, user, own_address(request, link)), None, SCREEN)


def _answer(request: HttpRequest, code: str, sheet: Sheet) -> HttpResponse:
    campaign = get_public(code)
    link = _link(request, campaign)
    card = card_of(campaign)
    paper = poster_of(card, sharer=link.sharer if link else None, address=link_address(request, card, link))
    return _hand_out(request, paper, _first_image(campaign), sheet)


def _hand_out(request: HttpRequest, paper: Poster, image: ProductImage | None, sheet: Sheet) -> HttpResponse:
    """What was drawn before, or a new drawing. Raises TooManyPosters."""
    key = _key(paper, image, sheet)
    answer = get_conditional_response(request, etag=quote_etag(key))
    if answer is None:
        drawn = cache.get(f"poster:{key}") or _draw(request, key, paper, image, sheet)
        answer = HttpResponse(drawn, content_type=sheet.content_type)
    answer["ETag"] = quote_etag(key)
    answer["Cache-Control"] = f"private, max-age={BROWSER_SECONDS}"
    return answer


def _link(request: HttpRequest, campaign: Campaign) -> ShareLink | None:
    code = request.GET.get("by", "")
    return link_to(code, kind=Shared.CAMPAIGN, subject=campaign.code) if code else None


def _first_image(campaign: Campaign) -> ProductImage | None:
    return next(iter(campaign.skus.all()[0].sku.product.images.all()), None)


def _key(paper: Poster, image: ProductImage | None, sheet: Sheet) -> str:
    """Everything that is printed, in one word; pictures are never written over, so their name stands for them."""
    printed = [DRAWING, asdict(paper), image.large.name if image else "", asdict(sheet)]
    return hashlib.sha256(json.dumps(printed, sort_keys=True).encode()).hexdigest()


def _draw(request: HttpRequest, key: str, paper: Poster, image: ProductImage | None, sheet: Sheet) -> bytes:
    """Draw it and keep it. Raises TooManyPosters for a network that asks for too many in a minute."""
    network = keyed_hash(network_of(client_address(request)), purpose="network")
    if not budgets.take("poster", network, limit=MOST_DRAWINGS, window=DRAWINGS_WINDOW, now=timezone.now()):
        raise TooManyPosters
    drawn = draw(paper, picture=_read(image), sheet=sheet)
    cache.set(f"poster:{key}", drawn, KEEP_SECONDS)
    return drawn


def _read(image: ProductImage | None) -> bytes:
    if image is None:
        return b""
    with image.large.open() as file:
        return bytes(file.read())
