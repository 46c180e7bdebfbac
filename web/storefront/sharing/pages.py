"""The page to share a campaign from, and what came of one's links."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from campaigns.selectors.cards import card as card_of
from campaigns.selectors.views import get_public
from community.models import ShareLink
from community.selectors.sharing import invitations_of
from community.services.sharing import link_of
from community.states import Shared
from web.access import person, signed_in
from web.storefront.sharing.words import copy_text, gap_sentence, is_running, link_address

SIZE_WORDS = {
    "a4": ("A4", _("单元门、公告栏")),
    "a3": ("A3", _("小区公告栏")),
    "roll-up": (_("易拉宝"), _("80 × 200 厘米，自提点门口")),
}


def share(request: HttpRequest, code: str) -> HttpResponse:
    """The link, words for a chat group and the poster. Whoever is signed in shares in their own name."""
    card = card_of(get_public(code))
    link = _own_link(request, card.code)
    address = link_address(request, card, link)
    by = f"?by={link.code}" if link else ""
    context = {
        "tab": "hall",
        "card": card,
        "says": gap_sentence(card),
        "link": link,
        "address": address,
        "text": copy_text(card, address),
        "poster": reverse("storefront:poster", args=[card.code]) + by,
        "prints": [
            (name, use, reverse("storefront:poster-print", args=[card.code, size]) + by)
            for size, (name, use) in SIZE_WORDS.items()
            if is_running(card)
        ],
    }
    return render(request, "storefront/sharing/share.html", context)


@signed_in
def invitations(request: HttpRequest) -> HttpResponse:
    """C3: who came through my links, and my link to the front page."""
    user = person(request)
    link = link_of(user=user, kind=Shared.HOME, code="", now=timezone.now())
    context = {
        "tab": "me",
        "invitations": invitations_of(user),
        "address": request.build_absolute_uri(reverse("storefront:shared", args=[link.code])),
    }
    return render(request, "storefront/sharing/invitations.html", context)


def _own_link(request: HttpRequest, campaign_code: str) -> ShareLink | None:
    if not isinstance(request.user, User):
        return None
    return link_of(user=request.user, kind=Shared.CAMPAIGN, code=campaign_code, now=timezone.now())
