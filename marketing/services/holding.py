"""Coupons that orders took (marketing/sql/take_claims.sql): used once the order is paid, back when it ends."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import DateTimeField, F, QuerySet, Value
from django.db.models.functions import Greatest

from common import statemachine
from marketing.locks import lock_coupons
from marketing.models import Coupon
from marketing.states import CouponStatus
from orders.contributions import GivenBack
from orders.models import Order


def use(order: Order, now: dt.datetime) -> None:
    """The order was paid: what it held is used."""
    for coupon in Coupon.objects.filter(order=order, status=CouponStatus.HELD).order_by("pk"):
        statemachine.move(coupon, CouponStatus.USED, now=now, actor_id=order.buyer_id, used_at=now)


def give_back(given: Sequence[GivenBack], now: dt.datetime) -> None:
    """Orders ended: what an unpaid one held is free again; what a paid one used returns where its rule says so."""
    orders = {back.order.pk for back in given}
    coupons = Coupon.objects.filter(pk__in=[int(back.key) for back in given], order__in=orders)
    held = lock_coupons(coupons.filter(status=CouponStatus.HELD))
    _free(held, was=CouponStatus.HELD, now=now)
    return_used(coupons, now=now)


def return_used(coupons: QuerySet[Coupon], *, now: dt.datetime) -> list[Coupon]:
    """Give used coupons back to their owners where the rule says so, each once: then no order has it any more.

    What ended meanwhile, or ends soon, is good for some days more: nobody loses a coupon by waiting for a campaign
    that is missed.
    """
    used = lock_coupons(coupons.filter(status=CouponStatus.USED, template__returns_on_refund=True))
    longer = Value(now + settings.COUPON_RETURNED_FOR, output_field=DateTimeField())
    _free(
        used,
        was=CouponStatus.USED,
        now=now,
        used_at=None,
        returned_at=now,
        reminded_at=None,
        valid_until=Greatest(F("valid_until"), longer),
    )
    return used


def _free(coupons: Sequence[Coupon], *, was: CouponStatus, now: dt.datetime, **changes: Any) -> None:
    ids = [coupon.pk for coupon in coupons]
    statemachine.move_many(Coupon, ids, was=was, to=CouponStatus.CLAIMED, now=now, order=None, **changes)
