"""What a coupon may be tied to: for each kind, what there is to choose from."""

from collections.abc import Callable, Mapping

from django.db.models import QuerySet

from accounts.models import Merchant
from campaigns.models import Campaign
from catalog.models import Category, Product
from community.models import Community
from marketing.plans import ScopePlan
from marketing.states import ScopeKind

MOST_SCOPES = 100

Choices = Callable[[Merchant | None], QuerySet]


def _merchants(merchant: Merchant | None) -> QuerySet:
    """Only the platform's coupons are about merchants."""
    return Merchant.objects.all() if merchant is None else Merchant.objects.none()


def _of(goods: QuerySet, merchant: Merchant | None) -> QuerySet:
    """A merchant's coupons are about its own things, the platform's about anybody's."""
    return goods if merchant is None else goods.filter(merchant=merchant)


# The rows to choose from, and the field that is their key.
CHOICES: Mapping[str, tuple[str, Choices]] = {
    ScopeKind.PRODUCT: ("code", lambda merchant: _of(Product.objects.all(), merchant)),
    ScopeKind.CATEGORY: ("pk", lambda merchant: Category.objects.all()),
    ScopeKind.MERCHANT: ("code", _merchants),
    ScopeKind.CAMPAIGN: ("code", lambda merchant: _of(Campaign.objects.all(), merchant)),
    ScopeKind.COMMUNITY: ("code", lambda merchant: Community.objects.all()),
}


def exists(scope: ScopePlan, merchant: Merchant | None) -> bool:
    """Whether such a thing is there for this merchant's coupons, or for the platform's."""
    if scope.kind == ScopeKind.NEWCOMER:
        return scope.key == ""
    if scope.kind not in CHOICES:
        return scope.kind in ScopeKind.values and scope.key != ""
    field, choices = CHOICES[scope.kind]
    if field == "pk" and not scope.key.isdecimal():
        return False
    return choices(merchant).filter(**{field: scope.key}).exists()
