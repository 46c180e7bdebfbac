"""Coupons given to people: once for a reason, never more than there are, never more than one may have."""

import datetime as dt

import pytest

from common.statemachine import StateChanged
from marketing.errors import CouponNotYet, CouponsGone, CouponStopped, NotEnoughCoupons
from marketing.models import Coupon, CouponHolder, CouponTemplate
from marketing.services.issuing import issue
from marketing.services.templates import stop_template
from tests.campaigns.conftest import NOON
from tests.factories.accounts import make_merchant, make_operator, make_user
from tests.factories.marketing import make_template

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def issued(template: CouponTemplate) -> int:
    return CouponTemplate.objects.get(pk=template.pk).issued


def test_alice_and_bob_each_get_one_for_a_reason_and_no_more_when_asked_again() -> None:
    """G1: an event that is delivered twice gives one coupon."""
    template = make_template(make_merchant(), now=NOON, per_person=5)
    alice, bob = make_user(name="Alice"), make_user(name="Bob")
    first = issue(template=template, user_ids=[alice.pk, bob.pk], source="referral:1", now=NOON)
    again = issue(template=template, user_ids=[bob.pk, alice.pk], source="referral:1", now=NOON + DAY)
    assert [coupon.user_id for coupon in first] == [alice.pk, bob.pk]
    assert [coupon.pk for coupon in again] == [coupon.pk for coupon in first]
    assert issued(template) == Coupon.objects.count() == 2
    issue(template=template, user_ids=[alice.pk], source="birthday:2026", now=NOON)
    assert CouponHolder.objects.get(user=alice).coupons == 2


def test_days_after_receipt_count_from_receipt_and_fixed_days_stand() -> None:
    """G1."""
    alice = make_user()
    days = make_template(now=NOON, valid_days=7)
    fixed = make_template(now=NOON, valid_days=None, valid_from=NOON + DAY, valid_until=NOON + 3 * DAY)
    [one] = issue(template=days, user_ids=[alice.pk], source="t", now=NOON + DAY)
    [other] = issue(template=fixed, user_ids=[alice.pk], source="t", now=NOON)
    assert (one.valid_from, one.valid_until) == (NOON + DAY, NOON + 8 * DAY)
    assert (other.valid_from, other.valid_until) == (NOON + DAY, NOON + 3 * DAY)


def test_whoever_has_had_what_they_may_have_is_passed_over() -> None:
    """G1: the limit per person holds for coupons that are issued, too."""
    template = make_template(now=NOON, per_person=1)
    alice, bob = make_user(name="Alice"), make_user(name="Bob")
    issue(template=template, user_ids=[alice.pk], source="one", now=NOON)
    [coupon] = issue(template=template, user_ids=[alice.pk, bob.pk], source="two", now=NOON)
    assert coupon.user_id == bob.pk
    assert issued(template) == 2


def test_of_three_people_nobody_gets_one_where_only_two_are_left() -> None:
    """G1: all or nobody, and the answer says how many are left."""
    template = make_template(now=NOON, total=2)
    people = [make_user().pk for _each in range(3)]
    with pytest.raises(NotEnoughCoupons, match="只剩 2 张，不够发给 3 人"):
        issue(template=template, user_ids=people, source="t", now=NOON)
    assert issued(template) == Coupon.objects.count() == CouponHolder.objects.count() == 0
    issue(template=template, user_ids=people[:2], source="t", now=NOON)
    with pytest.raises(CouponsGone):
        issue(template=template, user_ids=people[2:], source="t", now=NOON)


def test_nothing_is_given_before_its_time_after_it_or_once_stopped() -> None:
    """G1."""
    template = make_template(now=NOON, opens_at=NOON + DAY, closes_at=NOON + 2 * DAY)
    alice = make_user()
    with pytest.raises(CouponNotYet):
        issue(template=template, user_ids=[alice.pk], source="t", now=NOON)
    with pytest.raises(CouponStopped):
        issue(template=template, user_ids=[alice.pk], source="t", now=NOON + 2 * DAY)
    stop_template(template=template, actor_id=make_operator().pk, now=NOON)
    with pytest.raises(CouponStopped):
        issue(template=template, user_ids=[alice.pk], source="t", now=NOON + DAY)
    assert not Coupon.objects.exists()


def test_a_coupon_is_stopped_once() -> None:
    template = make_template(now=NOON)
    operator = make_operator().pk
    stop_template(template=template, actor_id=operator, now=NOON)
    with pytest.raises((CouponStopped, StateChanged)):
        stop_template(template=template, actor_id=operator, now=NOON)
