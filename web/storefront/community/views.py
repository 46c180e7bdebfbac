"""My community: its neighbours, its pick-up points, what runs here; and choosing another one."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.regions import district
from campaigns.selectors.hall import ending_first, nearest_to_next_tier, public
from community.models import Community
from community.selectors.communities import (
    MOST_LISTED,
    active_community,
    by_district,
    listed,
    members_count,
    points_of,
)
from web.access import way_back
from web.storefront.community.current import choose as choose_community
from web.storefront.community.current import current_community
from web.storefront.joining.places import position
from web.storefront.joining.table import HERE

NEAREST = 2
ENDING = 4
LONGEST_SEARCH = 40


def community(request: HttpRequest) -> HttpResponse:
    """Where I live, or the invitation to choose."""
    mine = current_community(request)
    if mine is None:
        return render(request, "storefront/community/choose.html", _choice(request))
    return render(request, "storefront/community/index.html", _life_in(mine))


def choose(request: HttpRequest) -> HttpResponse:
    """All communities to search through; a POST chooses one and goes back to where one came from.

    A position comes by POST as well, so that no address and no log of addresses knows where anybody was.
    """
    if request.method != "POST" or HERE in request.POST:
        return render(request, "storefront/community/choose.html", _choice(request))
    chosen = active_community(request.POST.get("code", ""))
    choose_community(request, chosen, timezone.now())
    messages.success(request, _("已选择%(name)s") % {"name": chosen.name})
    return redirect(way_back(request, otherwise="storefront:community"))


def _life_in(mine: Community) -> dict[str, Any]:
    points = list(points_of(mine))
    point_ids = [point.pk for point in points]
    nearest = nearest_to_next_tier(limit=NEAREST, point_ids=point_ids)
    shown = {card.code for card in nearest}
    ending = [card for card in ending_first(limit=ENDING + NEAREST, point_ids=point_ids) if card.code not in shown]
    region = district(mine.region_code)
    return {
        "tab": "community",
        "community": mine,
        "region": region.words if region else "",
        "members": members_count(mine),
        "points": points,
        "nearest": nearest,
        "ending": ending[:ENDING],
        "running": public(shown="open", point_ids=point_ids).count(),
    }


def _choice(request: HttpRequest) -> dict[str, Any]:
    asked = request.POST if request.method == "POST" else request.GET
    search = asked.get("q", "").strip()[:LONGEST_SEARCH]
    near = position(request.POST.get(HERE, ""))
    found = listed(search=search, near=near)
    return {
        "tab": "community",
        "mine": current_community(request),
        "search": search,
        "near": near,
        "found": found,
        "districts": [] if near else list(by_district(found).items()),
        "is_cut": len(found) == MOST_LISTED,
        "next": asked.get("next", ""),
    }
