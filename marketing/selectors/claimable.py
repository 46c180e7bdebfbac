"""Coupons that anybody may take: of a shop, of the platform, of those whose campaigns are looked at."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce

from accounts.models import User
from accounts.states import MerchantStatus
from campaigns.models import Campaign
from marketing.errors import NoSuchCoupon
from marketing.models import Coupon, CouponHolder, CouponScope, CouponTemplate
from marketing.states import CouponStatus, ScopeKind

# On the page of a campaign.
MOST_BESIDE = 4


@dataclass(frozen=True)
class Claimable:
    """A coupon of the coupon centre: what is left of it, how many this person has had, and whether one is unused."""

    template: CouponTemplate
    had: int
    has_unused: bool

    @property
    def may_claim(self) -> bool:
        return self.had < self.template.per_person and self.left != 0

    @property
    def left(self) -> int | None:
        """None: as many as are asked for."""
        return None if self.template.total is None else self.template.total - self.template.issued

    @property
    def taken_percent(self) -> int | None:
        """How much of it is gone, rounded down."""
        return None if not self.template.total else self.template.issued * 100 // self.template.total


def claimable_template(code: str) -> CouponTemplate:
    """One that may be taken by anybody, while there are any. Raises NoSuchCoupon."""
    template = CouponTemplate.objects.filter(code=code, claimable=True).first()
    if template is None:
        raise NoSuchCoupon
    return template


def claimable(user: User | None, *, now: dt.datetime) -> QuerySet[CouponTemplate]:
    """What the coupon centre shows: those given out now, the platform's first, then those that close first.

    Each with how many this person has had, and whether one of them is unused.
    """
    given = Q(closes_at__isnull=True) | Q(closes_at__gt=now)
    usable = Q(valid_until__isnull=True) | Q(valid_until__gt=now)
    sold = Q(merchant__isnull=True) | Q(merchant__status=MerchantStatus.APPROVED)
    user_id = user.pk if user is not None else 0
    had = CouponHolder.objects.filter(template=OuterRef("pk"), user=user_id)
    unused = Coupon.objects.filter(template=OuterRef("pk"), user=user_id, valid_until__gt=now).exclude(
        status=CouponStatus.USED
    )
    return (
        CouponTemplate.objects.active()
        .filter(given, usable, sold, claimable=True, opens_at__lte=now)
        .select_related("merchant")
        .prefetch_related("scopes")
        .annotate(
            had=Coalesce(Subquery(had.values("coupons")[:1]), Value(0), output_field=IntegerField()),
            has_unused=Exists(unused),
        )
        .order_by(F("merchant").asc(nulls_first=True), F("closes_at").asc(nulls_last=True), "pk")
    )


def claimable_for(campaign: Campaign, user: User | None, *, now: dt.datetime) -> list[Claimable]:
    """What the page of a campaign offers: its merchant's and the platform's that are left and not tied elsewhere."""
    here = claimable(user, now=now).filter(Q(merchant=campaign.merchant_id) | Q(merchant__isnull=True))
    left = here.filter(Q(total__isnull=True) | Q(total__gt=F("issued")))
    for kind, keys in _what_it_is(campaign).items():
        scopes = CouponScope.objects.filter(template=OuterRef("pk"), kind=kind)
        left = left.filter(~Exists(scopes) | Exists(scopes.filter(key__in=keys)))
    return [as_claimable(template) for template in left[:MOST_BESIDE]]


def has_had_one(user: User, template_ids: Sequence[int]) -> bool:
    """Whether somebody was ever given one of these coupons."""
    return CouponHolder.objects.filter(user=user, template__in=template_ids, coupons__gt=0).exists()


def _what_it_is(campaign: Campaign) -> dict[str, list[str]]:
    """What coupons that are tied to something may be tied to and still be good here."""
    return {ScopeKind.CAMPAIGN: [campaign.code], ScopeKind.MERCHANT: [campaign.merchant.code]}


def as_claimable(row: CouponTemplate) -> Claimable:
    """One row of `claimable`."""
    return Claimable(row, row.had, row.has_unused)  # type: ignore[attr-defined]
