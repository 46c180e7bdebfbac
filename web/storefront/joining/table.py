"""What lies before the buyer: the campaign, where its goods can be fetched or brought, what is wanted of it."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest

from accounts.models import Address
from accounts.selectors.addresses import addresses_of
from campaigns.selectors.views import CampaignView
from web.access import person
from web.storefront.community.current import current_community
from web.storefront.joining.places import LISTED, Place, nearest_first, position, position_of
from web.storefront.joining.wish import Wish, read_wish

HERE = "here"


@dataclass(frozen=True)
class Table:
    """`here` is the position a browser sent, `near` the community that distances are counted from instead."""

    view: CampaignView
    places: list[Place]
    addresses: list[Address]
    wish: Wish
    here: str
    near: str


def table_of(request: HttpRequest, view: CampaignView) -> Table:
    """As it was typed into the form, or asked for by the address."""
    typed = request.POST if request.method == "POST" else request.GET
    community = current_community(request)
    here = position(typed.get(HERE, ""))
    places = nearest_first(view.pickup_points, here or position_of(community))
    addresses = list(addresses_of(person(request))) if view.campaign.delivers else []
    return Table(
        view=view,
        places=places,
        addresses=addresses,
        wish=read_wish(typed, view, places, addresses),
        here=typed.get(HERE, "") if here else "",
        near=community.name if community and not here else "",
    )


def listed(table: Table) -> dict[str, Any]:
    """The nearest points, and the others folded away unless one of them is chosen."""
    others = table.places[LISTED:]
    chosen = table.wish.fulfilment.pickup_point
    unfolded = any(place.point.code == chosen for place in others)
    return {"places": table.places[:LISTED], "others": others, "unfolded": unfolded}
