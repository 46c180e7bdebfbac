"""Everybody gets their money back: how far that is, after a campaign was missed or cancelled."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.sources import SOURCE
from campaigns.states import CampaignStatus
from orders.selectors.mass_refunds import MassRefund, mass_refund
from web.backoffice.access import Right, Shop, needs
from web.backoffice.campaigns.reading import of_shop

NOTHING_NEW = 204
STOP_POLLING = 286
CALLED_OFF = (CampaignStatus.FAILED, CampaignStatus.CANCELLED)


@needs(Right.REFUNDS)
def progress(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """The progress alone: 204 while nothing changed, 286 once everybody has everything."""
    watched = of_shop(shop, code)
    mass = mass_refund_of(watched)
    if mass is None or (not mass.is_finished and request.GET.get("seen") == mass.fingerprint):
        return HttpResponse(status=NOTHING_NEW)
    context = {"mass": mass, "campaign": watched, "shop": shop}
    status = STOP_POLLING if mass.is_finished else 200
    return render(request, "backoffice/campaigns/_refunding.html", context, status=status)


def mass_refund_of(watched: Campaign) -> MassRefund | None:
    """How far it is; nothing where nobody has to be refunded."""
    if watched.status not in CALLED_OFF:
        return None
    mass = mass_refund(watched.merchant, source_kind=SOURCE, source_code=watched.code, now=timezone.now())
    return mass if mass.orders else None
