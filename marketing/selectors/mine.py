"""A person's own coupons, by what can be done with them."""

import datetime as dt

from django.db.models import Count, Q, QuerySet

from accounts.models import User
from marketing.models import Coupon
from marketing.states import CouponStatus

USABLE, USED, EXPIRED = "usable", "used", "expired"
TABS = (USABLE, USED, EXPIRED)

LOOKS = {
    USABLE: lambda now: ~Q(status=CouponStatus.USED) & Q(valid_until__gt=now),
    USED: lambda now: Q(status=CouponStatus.USED),
    EXPIRED: lambda now: ~Q(status=CouponStatus.USED) & Q(valid_until__lte=now),
}


def coupons_of(user: User, tab: str, *, now: dt.datetime) -> QuerySet[Coupon]:
    """Usable ones by the end of their time, the others with the latest first. That a time is over says the clock."""
    order = ("valid_until", "pk") if tab == USABLE else ("-used_at", "-valid_until", "-pk")
    mine = Coupon.objects.filter(LOOKS[tab](now), user=user)
    return mine.select_related("template__merchant", "order").prefetch_related("template__scopes").order_by(*order)


def counts_of(user: User, *, now: dt.datetime) -> dict[str, int]:
    """How many there are of each, in one query."""
    counted = Coupon.objects.filter(user=user).aggregate(
        **{tab: Count("pk", filter=look(now)) for tab, look in LOOKS.items()}
    )
    return dict(counted)
