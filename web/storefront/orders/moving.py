"""Choosing another pick-up point for an order, until its campaign closes."""

import datetime as dt

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from campaigns.errors import NoSuchCampaign
from campaigns.selectors.views import CampaignView, campaign_view
from campaigns.services.moving import move_point, why_not
from campaigns.sources import SOURCE
from common.errors import NotFound, Refusal
from orders.models import Order
from web.access import own_order, person, signed_in
from web.storefront.community.current import current_community
from web.storefront.joining.places import nearest_first, position_of
from web.storefront.joining.table import Table, listed
from web.storefront.joining.wish import POINT, WHERE, Wish


@signed_in
def point(request: HttpRequest, number: str) -> HttpResponse:
    """The points of its campaign, the nearest first; once nothing can be chosen any more, back to the order."""
    mine, now = own_order(request, number), timezone.now()
    refusal = None
    if request.method == "POST":
        chosen = Wish({}, request.POST.get(WHERE, ""), {}).fulfilment.pickup_point
        try:
            moved = move_point(buyer=person(request), order=mine, point_code=chosen, now=now)
        except NotFound:
            raise
        except Refusal as no:
            refusal = no
        else:
            messages.success(request, _("好了，到%(place)s取") % {"place": moved.pickup_point})
            return redirect("storefront:order", mine.number)
    view = view_of(request, mine, now=now)
    if view is None or (refusal is None and not can_move(mine, view, now=now)):
        return redirect("storefront:order", mine.number)
    context = {"tab": "orders", "order": mine, "campaign": view.campaign, "refusal": refusal}
    context |= _places(request, mine, view)
    return render(request, "storefront/orders/point.html", context, status=refusal.status if refusal else 200)


def view_of(request: HttpRequest, mine: Order, *, now: dt.datetime) -> CampaignView | None:
    """The campaign that an order belongs to, where there is one."""
    if mine.source_kind != SOURCE:
        return None
    try:
        return campaign_view(mine.source_code, viewer=person(request), now=now)
    except NoSuchCampaign:
        return None


def can_move(mine: Order, view: CampaignView | None, *, now: dt.datetime) -> bool:
    """Whether it may be fetched elsewhere now, and there is such a place."""
    if view is None or why_not(mine, view.campaign, now=now):
        return False
    return any(place.pk != mine.pickup_point_id for place in view.pickup_points)


def _places(request: HttpRequest, mine: Order, view: CampaignView) -> dict[str, object]:
    community = current_community(request)
    wish = Wish({}, f"{POINT}:{mine.pickup_point.code}" if mine.pickup_point else "", {})
    places = nearest_first(view.pickup_points, position_of(community))
    near = community.name if community else ""
    table = Table(view=view, places=places, addresses=[], wish=wish, here="", near=near)
    return {"table": table, "wish": wish} | listed(table)
