"""The way in, and what waits today."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.selectors.staff import application_of, merchants_of
from campaigns.models import Campaign
from campaigns.selectors.cards import CampaignCard, card
from campaigns.selectors.hall import of_merchant as campaigns_of
from campaigns.states import CampaignStatus
from catalog.selectors.stock import stocks_of
from orders.models import Order
from orders.states import OrderStatus
from web.access import person, signed_in
from web.backoffice.access import Right, Shop, needs
from web.backoffice.shell import show

LIVE_SHOWN = 8
LOW_SHOWN = 6


@signed_in
def entry(request: HttpRequest) -> HttpResponse:
    """My only shop, a choice of several, or what became of my application."""
    shops = list(merchants_of(person(request))[:50])
    if len(shops) == 1:
        return redirect("backoffice:home", shops[0].code)
    context = {"shops": shops, "application": application_of(person(request)), "tab": "me"}
    return render(request, "backoffice/home/entry.html", context)


@needs(Right.HOME)
def home(request: HttpRequest, shop: Shop) -> HttpResponse:
    """What has to be done today comes first, each a link into its list."""
    waiting = Order.objects.filter(merchant=shop.merchant)
    campaigns = Campaign.objects.filter(merchant=shop.merchant)
    low = stocks_of(shop.merchant, low_only=True)
    context = {
        "ready": waiting.filter(status=OrderStatus.READY).count(),
        "in_review": campaigns.filter(status=CampaignStatus.IN_REVIEW).count(),
        "sent_back": campaigns.filter(status=CampaignStatus.DRAFT).exclude(review_note="").count(),
        "open_count": campaigns.filter(status=CampaignStatus.OPEN).count(),
        "low_count": low.count(),
        "low": low[:LOW_SHOWN] if Right.STOCK in shop.rights else [],
        "live": _live(shop) if Right.SELL in shop.rights else [],
    }
    return show(request, shop, "home/index.html", context, here="home")


def _live(shop: Shop) -> list[CampaignCard]:
    """What is open, the one that closes next first."""
    running = campaigns_of(shop.merchant.pk).filter(status=CampaignStatus.OPEN).order_by("closes_at", "pk")
    return [card(campaign) for campaign in running[:LIVE_SHOWN]]
