"""D5: the picking list 分拣单 and the hand-over sheet 交接单 of a campaign, for the printer."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.sources import SOURCE
from orders.models import Order, PickupPoint
from orders.models.order import OrderQuerySet
from orders.selectors.picking import TAKEN, WAITING, PickingList, picking_list
from web.backoffice.access import Right, Shop, needs
from web.backoffice.campaigns.reading import of_shop
from web.backoffice.shell import show


@needs(Right.FULFIL)
def picking(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """What lies on the table of each point, and whom each heap belongs to."""
    return _paper(request, shop, code, "sheets/picking.html")


@needs(Right.FULFIL)
def handover(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """What the merchant brings to each point, to be counted and signed for."""
    return _paper(request, shop, code, "sheets/handover.html")


def _paper(request: HttpRequest, shop: Shop, code: str, template: str) -> HttpResponse:
    campaign = of_shop(shop, code)
    context = {
        "campaign": campaign,
        "lists": lists_of(campaign),
        "to_doors": _orders_of(campaign).filter(pickup_point__isnull=True).count(),
        "printed_at": timezone.now(),
    }
    return show(request, shop, template, context, here="orders")


def lists_of(campaign: Campaign) -> Sequence[PickingList]:
    """A list for each point that has orders of the campaign, by name; two queries for each point."""
    points = PickupPoint.objects.filter(pk__in=_orders_of(campaign).values("pickup_point")).select_related("leader")
    return [picking_list(point=point, source_code=campaign.code) for point in points.order_by("name", "pk")]


def _orders_of(campaign: Campaign) -> OrderQuerySet:
    ours = Order.objects.filter(merchant=campaign.merchant_id, status__in=WAITING + TAKEN)
    return ours.from_source(SOURCE, campaign.code)
