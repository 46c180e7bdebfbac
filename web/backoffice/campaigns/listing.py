"""The campaigns of a shop, by state."""

from collections.abc import Mapping

from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaigns.models import Campaign
from campaigns.selectors.cards import card
from campaigns.selectors.hall import of_merchant
from campaigns.states import CampaignStatus
from web.backoffice.access import Right, Shop, needs
from web.backoffice.shell import page_of, show, without_page

TABS: Mapping[str, tuple[str | Promise, tuple[CampaignStatus, ...]]] = {
    "all": (_("全部"), tuple(CampaignStatus)),
    "open": (_("拼团中"), (CampaignStatus.OPEN, CampaignStatus.CLOSING)),
    "scheduled": (_("待开团"), (CampaignStatus.SCHEDULED,)),
    "in_review": (_("审核中"), (CampaignStatus.IN_REVIEW,)),
    "draft": (_("草稿"), (CampaignStatus.DRAFT,)),
    "succeeded": (_("已成团"), (CampaignStatus.SUCCEEDED,)),
    "missed": (_("未成团"), (CampaignStatus.FAILED, CampaignStatus.CANCELLED)),
}


@needs(Right.SELL)
def campaigns(request: HttpRequest, shop: Shop) -> HttpResponse:
    """A page of them, newest first, in a number of queries that does not grow with its rows."""
    state = request.GET.get("state", "")
    state = state if state in TABS else "all"
    grouped = Campaign.objects.filter(merchant=shop.merchant).values("status").annotate(count=Count("pk")).order_by()
    numbers = {row["status"]: row["count"] for row in grouped}
    page = page_of(request, of_merchant(shop.merchant.pk).filter(status__in=TABS[state][1]))
    context = {
        "page": page,
        "rows": [(campaign, card(campaign)) for campaign in page],
        "query": without_page(request),
        "tabs": [
            (name, word, sum(numbers.get(status, 0) for status in states), name == state)
            for name, (word, states) in TABS.items()
        ],
        "state": state,
    }
    return show(request, shop, "campaigns/index.html", context, here="campaigns")
