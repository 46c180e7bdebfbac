"""A person's own coupons, by what can be done with them."""

import datetime as dt

from django.db.models import Q, QuerySet

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
# Usable ones by the end of their time, the others with the latest first.
ORDERS = {USABLE: ("valid_until", "pk"), USED: ("-used_at", "-pk"), EXPIRED: ("-valid_until", "-pk")}


def coupons_of(user: User, tab: str, *, now: dt.datetime) -> QuerySet[Coupon]:
    """A person's coupons of one kind, in its order. That a time is over says the clock."""
    mine = Coupon.objects.filter(LOOKS[tab](now), user=user).order_by(*ORDERS[tab])
    return mine.select_related("template__merchant", "order").prefetch_related("template__scopes")
