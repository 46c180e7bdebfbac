"""The picking list 分拣单 on the leader's phone, or on paper: by product, then by buyer."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from campaigns.models import Campaign
from campaigns.sources import SOURCE
from orders.models import PickupPoint
from orders.selectors.picking import picking_list, picking_sources
from orders.selectors.pickup import points_handed_over_by
from web.access import person, who_hands_over


@dataclass(frozen=True)
class Pile:
    """A campaign whose goods wait at the point."""

    code: str
    title: str
    orders: int


@who_hands_over
def picking(request: HttpRequest) -> HttpResponse:
    """One point at a time: of one campaign, or everything that waits."""
    points = list(points_handed_over_by(person(request)))
    asked = request.GET.get("point")
    point = next((one for one in points if one.code == asked), points[0] if points else None)
    piles = _piles(point) if point else []
    campaign = next((pile for pile in piles if pile.code == request.GET.get("campaign")), None)
    context = {
        "tab": "me",
        "points": points,
        "point": point,
        "piles": piles,
        "campaign": campaign,
        "picking": picking_list(point=point, source_code=campaign.code if campaign else None) if point else None,
    }
    return render(request, "storefront/pickups/list.html", context)


def _piles(point: PickupPoint) -> list[Pile]:
    sources = [source for source in picking_sources(point) if source.kind == SOURCE]
    codes = [source.code for source in sources]
    titles = dict(Campaign.objects.filter(code__in=codes).values_list("code", "title"))
    return [Pile(source.code, titles.get(source.code, source.code), source.orders) for source in sources]
