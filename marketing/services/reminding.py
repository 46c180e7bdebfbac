"""Telling people that a coupon of theirs ends soon."""

import datetime as dt

from django.db import transaction

from accounts.selectors.staff import recipient
from marketing.models import Coupon
from marketing.states import CouponStatus
from notifications.services.inbox import tell

DAYS_AHEAD = dt.timedelta(days=2)


@transaction.atomic
def remind_ending(*, now: dt.datetime, limit: int = 500) -> int:
    """Tell the owners of unused coupons that end within two days, once for each; returns how many.

    One that was good for no longer than that from the beginning reminds nobody: its owner has just got it.
    """
    ending = Coupon.objects.filter(
        status=CouponStatus.CLAIMED, reminded_at__isnull=True, valid_until__gt=now, valid_until__lte=now + DAYS_AHEAD
    )
    due = ending.select_related("template", "user").order_by("valid_until", "pk")
    coupons = list(due.select_for_update(of=("self",), skip_locked=True, no_key=True)[:limit])
    for coupon in coupons:
        if coupon.valid_until - coupon.received_at > DAYS_AHEAD:
            _tell(coupon, now=now)
    Coupon.objects.filter(pk__in=[coupon.pk for coupon in coupons]).update(reminded_at=now)
    return len(coupons)


def _tell(coupon: Coupon, *, now: dt.datetime) -> None:
    tell(
        recipients=[recipient(coupon.user)],
        kind="coupon_ends_soon",
        about=f"coupon:{coupon.code}",
        context={"coupon": coupon},
        url="/me/coupons/",
        now=now,
    )
