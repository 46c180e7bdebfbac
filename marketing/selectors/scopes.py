"""What the keys of scopes are called."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from accounts.models import Merchant
from campaigns.models import Campaign
from catalog.models import Category, Product
from community.models import Community, MemberTier, Tag
from community.states import Segment
from marketing.models import CouponScope
from marketing.states import ScopeKind

Names = Iterable[tuple[Any, Any]]

NAMES: Mapping[str, Callable[[Sequence[str]], Names]] = {
    ScopeKind.PRODUCT: lambda keys: Product.objects.filter(code__in=keys).values_list("code", "name"),
    ScopeKind.CATEGORY: lambda keys: Category.objects.filter(pk__in=keys).values_list("pk", "name"),
    ScopeKind.MERCHANT: lambda keys: Merchant.objects.filter(code__in=keys).values_list("code", "name"),
    ScopeKind.CAMPAIGN: lambda keys: Campaign.objects.filter(code__in=keys).values_list("code", "title"),
    ScopeKind.COMMUNITY: lambda keys: Community.objects.filter(code__in=keys).values_list("code", "name"),
    ScopeKind.TIER: lambda keys: MemberTier.objects.filter(code__in=keys).values_list("code", "name"),
    ScopeKind.SEGMENT: lambda keys: [(segment.value, segment.label) for segment in Segment],
    ScopeKind.TAG: lambda keys: Tag.objects.filter(pk__in=keys).values_list("pk", "name"),
}


def names_of(scopes: Iterable[CouponScope]) -> dict[tuple[str, str], str]:
    """By (kind, key), in one query for each kind there is, however many coupons are shown."""
    keys: defaultdict[str, set[str]] = defaultdict(set)
    for scope in scopes:
        if scope.kind in NAMES:
            keys[scope.kind].add(scope.key)
    return {(kind, str(key)): str(name) for kind, wanted in keys.items() for key, name in NAMES[kind](sorted(wanted))}
