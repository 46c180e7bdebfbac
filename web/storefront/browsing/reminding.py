"""C5: the button 开团提醒我, on a campaign's page and on the cards of the hall."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.models import User
from campaigns.errors import AlreadyOpened
from campaigns.selectors.reminders import awaited_codes
from campaigns.services import reminding
from web.access import person, signed_in, way_back
from web.htmx import wants_part

UNDO = "undo"
# The two bars of a campaign's page; the button of a card has no name.
PLACES = ("phone", "desk")


@require_POST
@signed_in
def remind(request: HttpRequest, code: str) -> HttpResponse:
    """Ask to be told, or with `undo` not after all. Swapped in place, or back to the page the button is on."""
    user = person(request)
    asks = UNDO not in request.POST
    try:
        if asks:
            reminding.remind(user=user, code=code, now=timezone.now())
        else:
            reminding.forget(user=user, code=code)
    except AlreadyOpened as refusal:
        messages.warning(request, str(refusal))
        return _to_campaign(request, code)
    if wants_part(request):
        return _button(request, code, asked=asks)
    messages.success(request, _("开团时会告诉你") if asks else _("好的，不提醒了"))
    return redirect(way_back(request, otherwise="storefront:hall"))


def _to_campaign(request: HttpRequest, code: str) -> HttpResponse:
    """Where one can join by now."""
    answer = redirect("storefront:campaign", code)
    return HttpResponse(status=204, headers={"HX-Redirect": answer.url}) if wants_part(request) else answer


def _button(request: HttpRequest, code: str, *, asked: bool) -> HttpResponse:
    place = request.POST.get("main", "")
    context = {
        "code": code,
        "asked": asked,
        "next": request.POST.get("next", ""),
        "main": place if place in PLACES else "",
    }
    return render(request, "storefront/campaign/_remind.html", context)


def awaited(request: HttpRequest) -> frozenset[str]:
    """The codes of the campaigns whoever looks waits for."""
    return awaited_codes(request.user) if isinstance(request.user, User) else frozenset()
