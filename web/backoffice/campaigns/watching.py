"""One campaign as its merchant watches it: the ladder, the people, the orders, the money."""

from django.http import HttpRequest, HttpResponse

from campaigns.models import Campaign
from campaigns.selectors.cards import card, ladder, pieces_left
from campaigns.selectors.views import neighbours
from campaigns.states import PUBLIC, CampaignStatus
from payments.states import RefundKind
from web.backoffice.access import Right, Shop, needs
from web.backoffice.campaigns.reading import figures, of_shop, orders_of
from web.backoffice.orders.listing import rows_of
from web.backoffice.shell import show

ORDERS_SHOWN = 8
BEFORE_CLOSING = (
    CampaignStatus.DRAFT,
    CampaignStatus.IN_REVIEW,
    CampaignStatus.SCHEDULED,
    CampaignStatus.OPEN,
)


@needs(Right.SELL)
def campaign(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """One of ours, in any state."""
    watched = of_shop(shop, code)
    orders = orders_of(watched)
    money = figures(watched)
    context = {
        "campaign": watched,
        "card": card(watched),
        "offers": _offers(watched),
        "points": watched.pickup_points.order_by("name"),
        "neighbours": neighbours(watched),
        "rows": rows_of(list(orders[:ORDERS_SHOWN])),
        "order_count": orders.count(),
        "money": money,
        "refunds": [(RefundKind(row["kind"]).label, row) for row in money.refunds],
        "cancellable": watched.status in BEFORE_CLOSING,
        "is_public": watched.status in PUBLIC,
    }
    return show(request, shop, "campaigns/campaign.html", context, here="campaigns")


def _offers(watched: Campaign) -> list[tuple]:
    """Each SKU with its ladder and how many pieces nobody has taken."""
    return [(offer, ladder(watched, offer), pieces_left(offer)) for offer in watched.skus.all()]
