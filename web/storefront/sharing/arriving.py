"""Whoever opens a neighbour's link is remembered, in the session: the first link for who invited them, and the latest
one to each campaign for whom their order is credited to."""

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from community.errors import NoSuchLink
from community.models import ShareLink
from community.selectors.sharing import link_by, link_to
from community.services.sharing import credit, invited, visited
from community.states import Shared
from orders.models import Order

FIRST = "first_link"
LATEST = "links"
MOST_LINKS = 20


@require_safe
@never_cache
def shared(request: HttpRequest, code: str) -> HttpResponse:
    """A neighbour's link: remember it and go on to what it leads to. Opened again it counts no second visit."""
    link = link_by(code)
    if request.method == "GET" and request.user.pk != link.sharer_id:
        _remember(request, link)
    if link.subject_kind == Shared.CAMPAIGN:
        return redirect("storefront:campaign", link.subject_code)
    return redirect("storefront:home")


def inviter_of(request: HttpRequest, campaign_code: str) -> str:
    """The masked name of the neighbour whose link to this campaign was opened last; empty without one."""
    link = _latest(request, campaign_code)
    return link.sharer.shown_name if link and link.sharer_id != request.user.pk else ""


def welcome_invited(request: HttpRequest, user: User, *, now: dt.datetime) -> None:
    """Write down who brought this person, who has just registered."""
    code = request.session.pop(FIRST, "")
    if not code:
        return
    try:
        invited(invitee=user, link=link_by(code), now=now)
    except NoSuchLink:
        pass  # Its sharer's account is gone, and with it whom to thank.


def credit_order(request: HttpRequest, order: Order) -> None:
    """Credit an order that was just placed to the neighbour whose link led there."""
    link = _latest(request, order.source_code)
    if link is not None:
        credit(order=order, link=link)


def _remember(request: HttpRequest, link: ShareLink) -> None:
    latest: dict[str, str] = request.session.get(LATEST, {})
    if latest.get(link.subject_code) != link.code:
        visited(link=link)
    latest.pop(link.subject_code, None)
    kept = [*latest.items(), (link.subject_code, link.code)][-MOST_LINKS:]
    request.session[LATEST] = dict(kept)
    if not request.user.is_authenticated:
        request.session.setdefault(FIRST, link.code)


def _latest(request: HttpRequest, campaign_code: str) -> ShareLink | None:
    code = request.session.get(LATEST, {}).get(campaign_code)
    return link_to(code, kind=Shared.CAMPAIGN, subject=campaign_code) if code else None
