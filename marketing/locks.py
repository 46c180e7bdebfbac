"""Locks on coupons: the row of a person comes before what many people share."""

from collections.abc import Sequence

from django.db.models import QuerySet

from marketing.models import Coupon, CouponHolder, CouponTemplate


def lock_holders(template: CouponTemplate, user_ids: Sequence[int]) -> dict[int, CouponHolder]:
    """The rows of these people for one template, made where there are none yet, locked by person."""
    people = sorted(set(user_ids))
    CouponHolder.objects.bulk_create(
        (CouponHolder(template=template, user_id=user_id) for user_id in people), ignore_conflicts=True
    )
    rows = CouponHolder.objects.filter(template=template, user_id__in=people).order_by("user_id")
    return {holder.user_id: holder for holder in rows.select_for_update(no_key=True)}


def lock_coupons(coupons: QuerySet[Coupon]) -> list[Coupon]:
    """Coupons with their templates, locked by key."""
    return list(coupons.select_related("template").order_by("pk").select_for_update(of=("self",), no_key=True))
