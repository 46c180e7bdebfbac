"""Whom somebody issues a coupon to: one person by phone, a community, a segment, a tag, everybody who ever bought."""

import datetime as dt
from collections.abc import Callable, Mapping

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accounts.models import Merchant, User
from common import audit
from common.errors import InvalidField
from common.ids import new_code
from community.models import MemberSegment, Membership, UserTag
from marketing.models import CouponTemplate
from marketing.services.issuing import issue
from marketing.states import Audience
from orders.models import Order

# So many at once, in one transaction.
MOST_PEOPLE = 20_000

People = Callable[[Merchant | None, str], QuerySet]


def _buyers(merchant: Merchant | None) -> QuerySet:
    """A merchant writes to its own buyers only; the platform to anybody who ever bought."""
    bought = Order.objects.filter(paid_at__isnull=False)
    return (bought if merchant is None else bought.filter(merchant=merchant)).values("buyer")


def _among(people: QuerySet, merchant: Merchant | None) -> QuerySet:
    return people if merchant is None else people.filter(user__in=_buyers(merchant))


def _members(merchant: Merchant | None, key: str) -> QuerySet:
    lives = Membership.objects.filter(community__code=key, left_at__isnull=True)
    return _among(lives, merchant).values_list("user_id", flat=True)


def _of_segment(merchant: Merchant | None, key: str) -> QuerySet:
    return _among(MemberSegment.objects.filter(segment=key), merchant).values_list("user_id", flat=True)


def _tagged(merchant: Merchant | None, key: str) -> QuerySet:
    tag_id = int(key) if key.isdecimal() else 0
    return UserTag.objects.filter(tag=tag_id, tag__merchant=merchant).values_list("user_id", flat=True)


def _by_phone(merchant: Merchant | None, key: str) -> QuerySet:
    return User.objects.with_phone(key.strip()).filter(is_active=True).values_list("pk", flat=True)


AUDIENCES: Mapping[str, People] = {
    Audience.PHONE: _by_phone,
    Audience.BUYERS: lambda merchant, key: _buyers(merchant).values_list("buyer_id", flat=True).distinct(),
    Audience.COMMUNITY: _members,
    Audience.SEGMENT: _of_segment,
    Audience.TAG: _tagged,
}


@transaction.atomic
def issue_to(*, template: CouponTemplate, audience: str, key: str, actor_id: int, now: dt.datetime) -> int:
    """Give everybody of an audience one; returns how many got one. Raises InvalidField, and as `issue`."""
    people = AUDIENCES[audience](template.merchant, key)
    ids = list(people[: MOST_PEOPLE + 1])
    if not ids:
        raise InvalidField("key", _("找不到要发给的人"))
    if len(ids) > MOST_PEOPLE:
        raise InvalidField("key", _("一次最多发给 20000 人，分几次发"))
    made = issue(template=template, user_ids=ids, source=f"issued:{new_code(8)}", now=now)
    audit.record(
        actor_id=actor_id,
        action="coupon.issue",
        subject=f"coupon:{template.code}",
        audience=audience,
        people=len(made),
    )
    return len(made)
