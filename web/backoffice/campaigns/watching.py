"""One campaign as its merchant watches it: the ladder, the people, the orders, the money."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRefresh

from analytics.figures import Figures
from analytics.models import CampaignDay
from analytics.selectors.facts import whole
from campaigns.models import Campaign, Sketch
from campaigns.selectors.cards import card, ladder, pieces_left
from campaigns.selectors.notes import review_says
from campaigns.selectors.views import neighbours
from campaigns.states import PUBLIC, CampaignStatus
from payments.states import RefundKind
from web.backoffice.access import Right, Shop, needs
from web.backoffice.campaigns.reading import figures, of_shop, orders_of, unpaid_of
from web.backoffice.campaigns.refunding import mass_refund_of
from web.backoffice.orders.listing import rows_of
from web.backoffice.shell import address, show
from web.numbers.funnels import Step, funnel
from web.templatetags.ladders import fingerprint

ORDERS_SHOWN = 8
BEFORE_CLOSING = (
    CampaignStatus.DRAFT,
    CampaignStatus.IN_REVIEW,
    CampaignStatus.SCHEDULED,
    CampaignStatus.OPEN,
)


NOTHING_NEW = 204
MOVING = (CampaignStatus.OPEN, CampaignStatus.CLOSING)


@needs(Right.SELL)
def campaign(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """One of ours, in any state."""
    watched = of_shop(shop, code)
    context = _seen(watched) | {
        "note": review_says(watched),
        "sketched": Sketch.objects.filter(merchant=shop.merchant, code=code).exists(),
        "cancellable": watched.status in BEFORE_CLOSING,
        "is_public": watched.status in PUBLIC,
        "funnel": _funnel(shop, watched),
    }
    return show(request, shop, "campaigns/campaign.html", context, here="campaigns")


@needs(Right.SELL)
def live(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """What moves on that page: 204 while nothing has changed, the whole page anew once its state has."""
    watched = of_shop(shop, code)
    context = _seen(watched)
    if request.GET.get("seen") == context["seen"]:
        return HttpResponse(status=NOTHING_NEW)
    if request.GET.get("status") != watched.status:
        return HttpResponseClientRefresh()
    return render(request, "backoffice/campaigns/_live.html", context | {"shop": shop})


def _funnel(shop: Shop, watched: Campaign) -> list[Step]:
    """J6: from who looked to who paid, over all its days; nothing before anybody looked or joined."""
    figures = whole(CampaignDay.objects.filter(campaign=watched))
    if figures == Figures():
        return []
    orders = f"{address(shop, 'orders')}?state=all&campaign={watched.code}"
    return funnel(figures, urls={"joiners": orders, "buyers": orders})


def _seen(watched: Campaign) -> dict[str, Any]:
    """Everything about a campaign that people and gateways change."""
    orders, money, shown = orders_of(watched), figures(watched), card(watched)
    unpaid = unpaid_of(watched)
    counts = (orders.count(), unpaid.orders, money.captured_fen, money.refunded_fen, money.in_flight_fen)
    in_flight = bool(money.in_flight_fen)
    return {
        "campaign": watched,
        "card": shown,
        "offers": _offers(watched),
        "neighbours": neighbours(watched),
        "rows": rows_of(list(orders[:ORDERS_SHOWN])),
        "order_count": counts[0],
        "unpaid": unpaid,
        "points": watched.pickup_points.order_by("name"),
        "money": money,
        "refunds": [(RefundKind(row["kind"]).label, row) for row in money.refunds],
        "mass": mass_refund_of(watched),
        "is_public": watched.status in PUBLIC,
        "is_moving": watched.status in MOVING or in_flight or is_settling(watched),
        "seen": "-".join(map(str, (fingerprint(shown), *counts, is_settling(watched)))),
    }


def is_settling(watched: Campaign) -> bool:
    """Whether its outcome is known, and some orders still wait for their final price."""
    return watched.decided_at is not None and watched.settled_at is None


def _offers(watched: Campaign) -> list[tuple]:
    """Each SKU with its ladder and how many pieces nobody has taken."""
    return [(offer, ladder(watched, offer), pieces_left(offer)) for offer in watched.skus.all()]
