"""The page to share a campaign from, and what came of one's links."""

from collections.abc import Sequence
from dataclasses import dataclass

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
from marketing.models import Reward
from marketing.selectors.rewards import (
    earned_by_inviting,
    reward_in_words,
    rewards_by_invitee,
    running_promises,
)
from web.access import person, signed_in
from web.storefront.sharing.words import copy_text, gap_sentence, is_running, link_address, own_address

SIZE_WORDS = {
    "a4": ("A4", _("单元门、公告栏")),
    "a3": ("A3", _("小区公告栏")),
    "roll-up": (_("易拉宝"), _("80 × 200 厘米，自提点门口")),
}


@dataclass(frozen=True)
class SaidReward:
    """Where a reward stands, what it consists of, and why there is none."""

    status: str
    words: str
    note: str


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
    """C3, G5: my link to the front page, who came through my links, what it earns and has earned."""
    user, now = person(request), timezone.now()
    link = link_of(user=user, kind=Shared.HOME, code="", now=now)
    found, rewards, promises = invitations_of(user), rewards_by_invitee(user), running_promises(now)
    context = {
        "tab": "me",
        "invitations": found,
        "people": [(someone, _said(rewards.get(someone.user_id, []))) for someone in found.people],
        "promises": promises,
        "earned": earned_by_inviting(user),
        "has_poster": any(promise.worth_fen for promise in promises),
        "address": own_address(request, link),
    }
    return render(request, "storefront/sharing/invitations.html", context)


def _said(rewards: Sequence[Reward]) -> list[SaidReward]:
    """What one neighbour has earned me."""
    return [SaidReward(reward.status, reward_in_words(reward), reward.note) for reward in rewards]


def _own_link(request: HttpRequest, campaign_code: str) -> ShareLink | None:
    if not isinstance(request.user, User):
        return None
    return link_of(user=request.user, kind=Shared.CAMPAIGN, code=campaign_code, now=timezone.now())
