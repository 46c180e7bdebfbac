"""The campaigns of a shop, by state."""

from collections.abc import Mapping
from urllib.parse import urlencode

from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant
from campaigns.models import Campaign, Sketch
from campaigns.selectors.cards import card
from campaigns.selectors.hall import of_merchant
from campaigns.selectors.records import record_of
from campaigns.states import DECIDED, CampaignStatus
from catalog.models import Sku
from common.searching import matches
from web.backoffice.access import Right, Shop, needs
from web.backoffice.campaigns.skus import named
from web.backoffice.campaigns.wizard.steps import GOODS
from web.backoffice.dates import read_dates
from web.backoffice.shell import show, without_page
from web.counting import Counted, count_tabs
from web.keyset import KeysetPage, keyset_page

TABS: Mapping[str, tuple[str | Promise, tuple[CampaignStatus, ...]]] = {
    "all": (_("全部"), tuple(CampaignStatus)),
    "open": (_("拼团中"), (CampaignStatus.OPEN, CampaignStatus.CLOSING)),
    "scheduled": (_("待开团"), (CampaignStatus.SCHEDULED,)),
    "in_review": (_("审核中"), (CampaignStatus.IN_REVIEW,)),
    "draft": (_("草稿"), (CampaignStatus.DRAFT,)),
    "decided": (_("有结果"), (CampaignStatus.SUCCEEDED, CampaignStatus.FAILED)),
    "succeeded": (_("已成团"), (CampaignStatus.SUCCEEDED,)),
    "missed": (_("未成团"), (CampaignStatus.FAILED, CampaignStatus.CANCELLED)),
}
COMING = tuple(state for state in CampaignStatus if state not in DECIDED)


@needs(Right.SELL)
def campaigns(request: HttpRequest, shop: Shop) -> HttpResponse:
    """A page of them, newest first, in a number of queries that does not grow with its rows."""
    state, search, dates = _state(request.GET), _searched(request.GET), read_dates(request.GET)
    page = _page(shop.merchant, request.GET)
    numbers = _counts(shop.merchant, request.GET)
    context = {
        "page": page,
        "rows": [(campaign, card(campaign)) for campaign in page],
        "query": without_page(request),
        "tabs": [(name, word, numbers[name], name == state) for name, (word, _states) in TABS.items()],
        "state": state,
        "dates": dates,
        "kept": urlencode(dates.query),
        "search": search,
        "asked": urlencode(dates.query | ({"q": search} if search else {})),
        "sketches": _sketches(shop) if state in ("all", "draft") and not search else [],
        "record": record_of(shop.merchant.pk),
    }
    return show(request, shop, "campaigns/index.html", context, here="campaigns")


def found(merchant: Merchant, query: Mapping[str, str]) -> QuerySet[Campaign]:
    """What the list shows for the parameters of its address, on all its pages, ready for `card`."""
    return of_merchant(merchant.pk).filter(_matching(query), status__in=TABS[_state(query)][1])


def _page(merchant: Merchant, query: Mapping[str, str]) -> KeysetPage:
    """The page that an address asks for; each state has its campaigns in this order in an index."""
    ours = of_merchant(merchant.pk).filter(_matching(query))
    return keyset_page(query, ours, parts=[Q(status=state) for state in TABS[_state(query)][1]])


def _counts(merchant: Merchant, query: Mapping[str, str]) -> dict[str, Counted]:
    """How many campaigns each tab holds for the same search. One query."""
    tabs = {name: states for name, (_word, states) in TABS.items()}
    return count_tabs(Campaign.objects.filter(_matching(query), merchant=merchant), tabs, to_do=COMING)


def _state(query: Mapping[str, str]) -> str:
    state = query.get("state", "")
    return state if state in TABS else "all"


def _searched(query: Mapping[str, str]) -> str:
    return query.get("q", "").strip()[:40]


def _matching(query: Mapping[str, str]) -> Q:
    return read_dates(query).hold("decided_at") & matches(_searched(query))


def _sketches(shop: Shop) -> list[tuple[Sketch, str]]:
    """What somebody is still writing, latest first, each with the title typed so far or what it sells; two queries."""
    written = Sketch.objects.filter(merchant=shop.merchant).select_related("written_by").order_by("-written_at")
    typed = [(sketch, sketch.typed.get(GOODS, {})) for sketch in written]
    first = {
        sku.code: sku for sku in named(shop.merchant, [code for _, goods in typed for code in goods.get("sku", [])[:1]])
    }
    return [(sketch, _title(goods, first)) for sketch, goods in typed]


def _title(goods: Mapping[str, list[str]], skus: Mapping[str, Sku]) -> str:
    title = next(iter(goods.get("title", [])), "").strip()
    sold = next((skus[code].product.name for code in goods.get("sku", [])[:1] if code in skus), "")
    return title or sold
