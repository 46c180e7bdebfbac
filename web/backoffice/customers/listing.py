"""The customers of a shop: in which segments they are, and who they are, with names and numbers masked."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import Merchant
from common.masking import mask_phone
from community.models import Customer, MemberTier
from community.selectors.customers import found_among_customers, segment_counts
from community.selectors.tags import tags_of
from community.states import Segment
from web.backoffice.access import Right, Shop, needs
from web.backoffice.orders.listing import Choice
from web.backoffice.shell import show
from web.counting import count_lists
from web.keyset import keyset_page

LONGEST_WORD = 20
SORTS: Mapping[str, tuple[str | Promise, str]] = {
    "last": (gettext_lazy("最近购买在前"), "-last_at"),
    "spent": (gettext_lazy("消费多的在前"), "-spent_fen"),
    "orders": (gettext_lazy("订单多的在前"), "-orders"),
}


@dataclass(frozen=True)
class Wanted:
    """What somebody asked for in the address; empty where it does not matter."""

    search: str = ""
    segment: str = ""
    tier: str = ""
    tag: str = ""

    @property
    def query(self) -> dict[str, str]:
        """As parameters of an address."""
        asked = asdict(self)
        return {"q" if name == "search" else name: value for name, value in asked.items() if value}


@dataclass(frozen=True)
class Bar:
    """One segment: how many of the customers are in it, and the address of them."""

    word: str | Promise
    count: int
    query: str
    chosen: bool


@needs(Right.CUSTOMERS)
def customers(request: HttpRequest, shop: Shop) -> HttpResponse:
    """A page of them, in a number of queries that does not grow with its rows."""
    wanted, sort = _read(request.GET)
    shown = found(shop.merchant, request.GET)
    page = keyset_page(request.GET, shown, by=(SORTS[sort][1], "-pk"))
    counts = segment_counts(shop.merchant)
    context: dict[str, Any] = {
        "page": page,
        "found": count_lists({"found": shown}, to_do=())["found"],
        "rows": [(customer, mask_phone(customer.user.phone)) for customer in page],
        "query": urlencode(wanted.query | {"sort": sort}),
        "wanted": wanted,
        "is_narrowed": bool(wanted.query),
        "bars": [_bar(segment, count, wanted) for segment, count in counts],
        "most": max(count for _segment, count in counts),
        "choices": [*_choices(shop.merchant, wanted), _sorting(sort)],
    }
    return show(request, shop, "customers/index.html", context, here="customers")


def found(merchant: Merchant, query: Mapping[str, str]) -> QuerySet[Customer]:
    """The customers that an address asks for, in its order."""
    wanted, sort = _read(query)
    return found_among_customers(merchant, **asdict(wanted)).order_by(SORTS[sort][1], "-pk")


def segment_word(customer: Customer) -> str:
    """The segment of a customer as pages say it; empty for who belongs to no community."""
    standing = getattr(customer.user, "member_segment", None)
    return standing.get_segment_display() if standing else ""


def tier_word(customer: Customer) -> str:
    """The tier of a customer; empty without one."""
    standing = getattr(customer.user, "member_standing", None)
    return standing.tier.shown_name if standing else ""


def _read(query: Mapping[str, str]) -> tuple[Wanted, str]:
    """From the parameters of an address; what there is not counts as not said."""
    asked = {name: query.get(name, "").strip()[:LONGEST_WORD] for name in ("q", "segment", "tier", "tag", "sort")}
    segment = asked["segment"] if asked["segment"] in Segment.values else ""
    wanted = Wanted(search=asked["q"], segment=segment, tier=asked["tier"], tag=asked["tag"])
    return wanted, asked["sort"] if asked["sort"] in SORTS else "last"


def _bar(segment: Segment, count: int, wanted: Wanted) -> Bar:
    return Bar(segment.label, count, urlencode({"segment": segment.value}), chosen=wanted.segment == segment)


def _choices(merchant: Merchant, wanted: Wanted) -> list[Choice]:
    tiers = list(MemberTier.objects.order_by("rank").values_list("code", "name"))
    tags = [(tag.name, f"{tag.name} {tag.wearers}") for tag in tags_of(merchant)]  # type: ignore[attr-defined]
    found = [
        Choice("segment", _("全部分层"), list(Segment.choices), wanted.segment),
        Choice("tier", _("全部等级"), tiers, wanted.tier),
        Choice("tag", _("全部标签"), tags, wanted.tag),
    ]
    return [choice for choice in found if choice.options]


def _sorting(sort: str) -> Choice:
    return Choice("sort", "", [(name, word) for name, (word, _field) in SORTS.items()], sort)
