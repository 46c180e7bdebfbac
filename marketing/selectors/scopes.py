"""What a coupon may be tied to: for each kind, what there is to choose from and what it is called."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils.functional import Promise

from accounts.models import Merchant
from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from catalog.models import Category, Product
from community.models import Community, MemberTier, Tag
from community.states import Segment
from marketing.models import CouponScope
from marketing.states import ScopeKind

Own = Callable[[QuerySet, Merchant | None], QuerySet]
OVER = (CampaignStatus.SUCCEEDED, CampaignStatus.FAILED, CampaignStatus.CANCELLED)
# So many are listed to choose from, the latest; what is chosen already comes on top.
MOST_LISTED = 60


def _anybodys(rows: QuerySet, merchant: Merchant | None) -> QuerySet:
    return rows


def _its_own(rows: QuerySet, merchant: Merchant | None) -> QuerySet:
    """A merchant's coupons are about its own things, the platform's about anybody's."""
    return rows if merchant is None else rows.filter(merchant=merchant)


def _its_owners(rows: QuerySet, merchant: Merchant | None) -> QuerySet:
    """Words of the merchant's own; those of the platform where there is none."""
    return rows.filter(merchant=merchant)


def _platforms(rows: QuerySet, merchant: Merchant | None) -> QuerySet:
    """Only the platform's coupons are about merchants."""
    return rows if merchant is None else rows.none()


@dataclass(frozen=True)
class Kind:
    """Where the things of a kind are found, which field is their key, which their name, and whose may be chosen."""

    rows: Callable[[], QuerySet]
    key: str
    name: str
    own: Own


KINDS: Mapping[str, Kind] = {
    ScopeKind.PRODUCT: Kind(lambda: Product.objects.all(), "code", "name", _its_own),
    ScopeKind.CATEGORY: Kind(lambda: Category.objects.all(), "pk", "name", _anybodys),
    ScopeKind.MERCHANT: Kind(lambda: Merchant.objects.all(), "code", "name", _platforms),
    ScopeKind.CAMPAIGN: Kind(lambda: Campaign.objects.exclude(status__in=OVER), "code", "title", _its_own),
    ScopeKind.COMMUNITY: Kind(lambda: Community.objects.all(), "code", "name", _anybodys),
    ScopeKind.TIER: Kind(lambda: MemberTier.objects.all(), "code", "name", _anybodys),
    ScopeKind.TAG: Kind(lambda: Tag.objects.all(), "pk", "name", _its_owners),
}


def names_of(scopes: Iterable[CouponScope]) -> dict[tuple[str, str], str]:
    """By (kind, key), in one query for each kind there is, however many coupons are shown."""
    keys: defaultdict[str, set[str]] = defaultdict(set)
    for scope in scopes:
        if scope.kind in KINDS:
            keys[scope.kind].add(scope.key)
    names = {(str(ScopeKind.SEGMENT), segment.value): str(segment.label) for segment in Segment}
    for kind, wanted in keys.items():
        found = KINDS[kind].rows().model._default_manager.filter(**{f"{KINDS[kind].key}__in": sorted(wanted)})
        names |= {(kind, str(key)): str(name) for key, name in found.values_list(KINDS[kind].key, KINDS[kind].name)}
    return names


def choices_of(kind: str, merchant: Merchant | None, *, chosen: Sequence[str] = ()) -> list[tuple[str, str | Promise]]:
    """(key, name) of what a coupon of this merchant, or of the platform, may be tied to."""
    if kind == ScopeKind.SEGMENT:
        return list(Segment.choices)
    things = KINDS[kind]
    mine = things.own(things.rows(), merchant)
    latest = mine.order_by("-pk").values("pk")[:MOST_LISTED]
    kept = Q(**{f"{things.key}__in": list(chosen)}) if chosen else Q(pk__in=())
    shown = mine.filter(Q(pk__in=latest) | kept).order_by("-pk")
    return [(str(key), str(name)) for key, name in shown.values_list(things.key, things.name)]


def exists(kind: str, key: str, merchant: Merchant | None) -> bool:
    """Whether there is such a thing for this merchant's coupons, or for the platform's."""
    if kind not in KINDS:
        return kind == ScopeKind.SEGMENT and key in Segment.values
    things = KINDS[kind]
    if things.key == "pk" and not (key.isdecimal() and len(key) < 19):
        return False
    every = things.rows().model._default_manager.all()
    return things.own(every, merchant).filter(**{things.key: key}).exists()
