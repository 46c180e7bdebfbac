"""G8: the card of the welcome gift on the first page: promised to strangers, shown once to whoever has come."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.models import User
from marketing.selectors.rewards import reward_in_words, welcome_to_show
from marketing.services.rewards.welcoming import put_away
from web.access import person, signed_in


def welcome_of(user: User, now: dt.datetime) -> str:
    """What the gift that somebody has been given holds, in words, until they have put its card away."""
    reward = welcome_to_show(user, now)
    return reward_in_words(reward) if reward else ""


@require_POST
@signed_in
def seen(request: HttpRequest) -> HttpResponse:
    """Put the card away, and look at what there is to spend it on."""
    put_away(user=person(request), now=timezone.now())
    return redirect("storefront:my-coupons" if request.POST.get("to") == "coupons" else "storefront:home")
