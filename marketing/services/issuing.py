"""Giving coupons to people: never more than there are, and never more to one person than they may have."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from common import statemachine
from common.errors import Refusal
from marketing.errors import CouponNotYet, CouponsGone, CouponStopped, NotEnoughCoupons
from marketing.locks import lock_holders
from marketing.models import Coupon, CouponTemplate
from marketing.states import TemplateStatus

ONE_MORE_EACH = """
UPDATE marketing_couponholder AS holder SET coupons = holder.coupons + 1
  FROM marketing_coupontemplate AS template
 WHERE template.id = holder.template_id AND template.id = %(template)s
   AND holder.user_id = ANY(%(people)s) AND holder.coupons < template.per_person
RETURNING holder.user_id
"""
TAKE = """
UPDATE marketing_coupontemplate SET issued = issued + %(count)s
 WHERE id = %(template)s AND status = 'active' AND opens_at <= %(now)s
   AND (closes_at IS NULL OR closes_at > %(now)s) AND (valid_until IS NULL OR valid_until > %(now)s)
   AND (total IS NULL OR issued + %(count)s <= total)
RETURNING issued
"""


@transaction.atomic
def issue(*, template: CouponTemplate, user_ids: Iterable[int], source: str, now: dt.datetime) -> list[Coupon]:
    """One coupon for each of these people, for one reason: asked again with the same source, nothing more is given.

    Returns what they have by this source, by person. Whoever has had as many as they may is passed over. Raises
    CouponsGone, NotEnoughCoupons, CouponStopped or CouponNotYet, and then nobody got anything.
    """
    people = list(lock_holders(template, list(user_ids)))
    have = list(Coupon.objects.filter(template=template, user_id__in=people, source=source))
    served = {coupon.user_id for coupon in have}
    lucky = _one_more_each(template, [user_id for user_id in people if user_id not in served])
    made = [_coupon(template, user_id, source=source, now=now) for user_id in lucky]
    Coupon.objects.bulk_create(made)
    statemachine.begin_many(made, now=now)
    if made:
        _take(template, len(made), now=now)
    return sorted(have + made, key=lambda coupon: coupon.user_id)


def _one_more_each(template: CouponTemplate, people: Sequence[int]) -> list[int]:
    """Count one more for each who may have one; returns who."""
    with connection.cursor() as cursor:
        cursor.execute(ONE_MORE_EACH, {"template": template.pk, "people": list(people)})
        return sorted(user_id for (user_id,) in cursor.fetchall())


def _take(template: CouponTemplate, count: int, *, now: dt.datetime) -> None:
    """Take so many from the hot row, last: check and take in one statement."""
    if not _take_guarded(template, count, now=now):
        raise _refusal(template, count, now=now)


def _take_guarded(template: CouponTemplate, count: int, *, now: dt.datetime) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"template": template.pk, "count": count, "now": now})
        return cursor.fetchone() is not None


def _refusal(template: CouponTemplate, count: int, *, now: dt.datetime) -> Refusal:
    found = CouponTemplate.objects.get(pk=template.pk)
    if found.status == TemplateStatus.ACTIVE and now < found.opens_at:
        return CouponNotYet()
    over = [end for end in (found.closes_at, found.valid_until) if end is not None and end <= now]
    if found.status != TemplateStatus.ACTIVE or over or found.total is None:
        return CouponStopped()
    left = found.total - found.issued
    return NotEnoughCoupons(left=left, wanted=count) if left > 0 and count > 1 else CouponsGone(left=left)


def _coupon(template: CouponTemplate, user_id: int, *, source: str, now: dt.datetime) -> Coupon:
    """Valid between fixed days, or for so many days from now."""
    if template.valid_days is not None:
        begins, ends = now, now + dt.timedelta(days=template.valid_days)
    else:
        assert template.valid_from is not None
        assert template.valid_until is not None
        begins, ends = template.valid_from, template.valid_until
    return Coupon(
        template=template, user_id=user_id, source=source, received_at=now, valid_from=begins, valid_until=ends
    )
