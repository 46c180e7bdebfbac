"""G8: the card of the welcome gift on the first page: promised to strangers, shown once to whoever has come."""

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.models import User
from marketing.selectors.rewards import reward_in_words, welcome_promised, welcome_to_show
from marketing.services.rewards.welcoming import put_away
from web.access import person, signed_in


@dataclass(frozen=True)
class WelcomeCard:
    """What it holds, and whether it is theirs already."""

    words: str
    is_mine: bool


def welcome_card(request: HttpRequest, now: dt.datetime) -> WelcomeCard | None:
    """The card for this visitor, if there is one."""
    if not isinstance(request.user, User):
        promised = welcome_promised(now)
        return WelcomeCard(promised, is_mine=False) if promised else None
    reward = welcome_to_show(request.user, now)
    return WelcomeCard(reward_in_words(reward), is_mine=True) if reward else None


@require_POST
@signed_in
def seen(request: HttpRequest) -> HttpResponse:
    """Put the card away, and look at what there is to spend it on."""
    put_away(user=person(request), now=timezone.now())
    return redirect("storefront:my-coupons" if request.POST.get("to") == "coupons" else "storefront:home")
