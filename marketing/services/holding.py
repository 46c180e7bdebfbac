"""Coupons that orders take: held while the order is unpaid, used once it is paid, back when it ends.

Each is one compare-and-set: a coupon is in one order at a time.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.db.models import DateTimeField, F, QuerySet, Value
from django.db.models.functions import Greatest

from common import statemachine
from common.statemachine import StateChanged
from marketing.errors import CouponTaken
from marketing.locks import lock_coupons
from marketing.models import Coupon
from marketing.states import CouponStatus
from orders.contributions import Claim, GivenBack
from orders.models import Order


def hold(order: Order, claims: Sequence[Claim], now: dt.datetime) -> None:
    """Keep these coupons for an order of their owner. Raises CouponTaken.

    One that ended since the price was quoted still counts: what was quoted is what is charged.
    """
    wanted = sorted(int(claim.key) for claim in claims)
    mine = Coupon.objects.filter(pk__in=wanted, user=order.buyer_id, valid_until__gt=now - settings.QUOTE_LIFETIME)
    found = list(mine.order_by("pk"))
    if len(found) != len(wanted):
        raise CouponTaken
    for coupon in found:
        _hold(coupon, order, now=now)


def _hold(coupon: Coupon, order: Order, *, now: dt.datetime) -> None:
    try:
        statemachine.move(coupon, CouponStatus.HELD, now=now, actor_id=order.buyer_id, order=order)
    except StateChanged as taken:
        raise CouponTaken from taken


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
