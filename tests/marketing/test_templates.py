"""G1: coupons that are made, changed, stopped, issued to people; and a word before they end."""

import datetime as dt
from typing import Any

import pytest

from accounts.models import User
from common.errors import InvalidField
from common.models import AuditEntry
from community.models import MemberSegment, Tag, UserTag
from community.states import Segment
from marketing.errors import TermsAreFixed
from marketing.models import Coupon, CouponScope
from marketing.services.audiences import issue_to
from marketing.services.reminding import remind_ending
from marketing.services.templates import change_template, plan_of
from marketing.states import Audience
from notifications.models import Message
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import join_and_pay, make_open
from tests.factories.catalog import make_category, make_sku
from tests.factories.community import make_community, make_member
from tests.factories.marketing import give_coupon, make_coupon_plan, make_template

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_broken")]
DAY = dt.timedelta(days=1)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"amount_fen": 0}, "amount_fen"),
        ({"threshold_fen": 400}, "threshold_fen"),
        ({"kind": "plain"}, "threshold_fen"),
        ({"kind": "percentage"}, "rate_bp"),
        ({"kind": "percentage", "rate_bp": 10_000, "amount_fen": 0}, "rate_bp"),
        ({"kind": "percentage", "rate_bp": 1000, "amount_fen": 0, "cap_fen": 0}, "cap_fen"),
        ({"kind": "gift"}, "kind"),
        ({"rate_bp": 1}, "kind"),
        ({"total": 0}, "total"),
        ({"per_person": 0}, "per_person"),
        ({"valid_days": 0}, "valid_days"),
        ({"valid_days": None}, "valid_until"),
        ({"scopes_of": [("product", "0000000000")]}, "scopes"),
        ({"scopes_of": [("merchant", "0000000000")]}, "scopes"),
        ({"scopes_of": [("category", "x")]}, "scopes"),
        ({"scopes_of": [("tier", "")]}, "scopes"),
        ({"scopes_of": [("newcomer", ""), ("newcomer", "")]}, "scopes"),
    ],
)
def test_a_plan_that_makes_no_sense_names_the_field(changes: dict[str, Any], field: str, now: dt.datetime) -> None:
    changes = dict(changes)
    with pytest.raises(InvalidField) as refused:
        make_template(make_merchant(), *changes.pop("scopes_of", []), now=now, **changes)
    assert refused.value.params["field"] == field


def test_a_merchant_ties_coupons_to_its_own_goods_only(now: dt.datetime) -> None:
    """I29: the shelf is everybody's, the product its owner's."""
    shop, other = make_merchant(), make_merchant("别家")
    product = make_sku(shop).product.code
    shelf = str(make_category().pk)
    make_template(shop, ("product", product), ("category", shelf), ("newcomer", ""), now=now)
    assert CouponScope.objects.count() == 3
    with pytest.raises(InvalidField):
        make_template(other, ("product", product), now=now)


def test_the_merchants_own_cost_or_the_platforms(now: dt.datetime) -> None:
    assert make_template(make_merchant(), now=now).funder == "merchant"
    assert make_template(now=now).funder == "platform"


def test_what_people_hold_does_not_change_under_their_hands(now: dt.datetime) -> None:
    """G1: amount and scope are fixed by the first coupon; how many there are is not, but never fewer than given."""
    shop, alice = make_merchant(), make_user(name="Alice")
    template = make_template(shop, now=now, total=9, per_person=2)
    owner = owner_of(shop).pk
    changed = make_coupon_plan(now=now, amount_fen=900, total=9, per_person=2)
    template = change_template(template=template, plan=changed, actor_id=owner, now=now)
    assert (template.amount_fen, plan_of(template)) == (900, changed)
    give_coupon(alice, template, now=now)
    with pytest.raises(TermsAreFixed):
        change_template(template=template, plan=make_coupon_plan(now=now, total=9), actor_id=owner, now=now)
    more = make_coupon_plan(now=now, amount_fen=900, total=1, name="中秋券", claimable=False)
    template = change_template(template=template, plan=more, actor_id=owner, now=now)
    assert (template.name, template.total, template.claimable) == ("中秋券", 1, False)
    with pytest.raises(InvalidField, match="每人限领"):
        change_template(
            template=template,
            plan=make_coupon_plan(now=now, amount_fen=900, per_person=0),
            actor_id=owner,
            now=now,
        )
    give_coupon(make_user(), make_template(now=now), now=now)
    assert AuditEntry.objects.filter(action="coupon.change").count() == 2


def test_fewer_than_were_given_is_no_total(now: dt.datetime) -> None:
    shop = make_merchant()
    template = make_template(shop, now=now, total=9)
    for _each in range(2):
        give_coupon(make_user(), template, now=now)
    with pytest.raises(InvalidField, match="已经发了 2 张"):
        change_template(template=template, plan=make_coupon_plan(now=now, total=1), actor_id=None, now=now)


@pytest.mark.usefixtures("scripted_gateway")
def test_a_shop_issues_to_its_buyers_and_the_platform_to_anybody(now: dt.datetime) -> None:
    """G1: whoever never bought of the shop gets nothing of it, in whatever community or segment they are."""
    campaign = make_open(now=now)
    shop, place = campaign.merchant, make_community()
    alice, bob = make_user(name="Alice"), make_user(name="Bob")
    for person in (alice, bob):
        make_member(person, place, now=now)
        MemberSegment.objects.create(user=person, segment=Segment.ACTIVE, since=now, computed_at=now)
    join_and_pay(alice, campaign, now=now)
    tag = Tag.objects.create(merchant=shop, name="爱水果", made_at=now)
    UserTag.objects.create(tag=tag, user=alice, put_by=owner_of(shop), put_at=now)
    asked = [
        (Audience.BUYERS, "", [alice]),
        (Audience.COMMUNITY, place.code, [alice]),
        (Audience.SEGMENT, "active", [alice]),
        (Audience.TAG, str(tag.pk), [alice]),
        (Audience.PHONE, bob.phone, [bob]),
    ]
    for audience, key, people in asked:
        template = make_template(shop, now=now)
        count = issue_to(template=template, audience=audience, key=key, actor_id=owner_of(shop).pk, now=now)
        assert (count, [coupon.user for coupon in template.coupons.all()]) == (len(people), people), audience
    platform = make_template(now=now)
    assert issue_to(template=platform, audience=Audience.COMMUNITY, key=place.code, actor_id=alice.pk, now=now) == 2


@pytest.mark.parametrize(("audience", "key"), [("phone", "13800009999"), ("tag", "x"), ("community", "NOWHERE")])
def test_an_audience_of_nobody_is_refused(audience: str, key: str, now: dt.datetime) -> None:
    with pytest.raises(InvalidField, match="找不到"):
        issue_to(template=make_template(now=now), audience=audience, key=key, actor_id=make_user().pk, now=now)


def test_whoever_has_a_coupon_that_ends_soon_is_told_once(now: dt.datetime) -> None:
    """G1 K2: two days before; not about one that was never longer than that."""
    alice: User = make_user(name="Alice")
    long, short = make_template(now=now, name="长的"), make_template(now=now, name="短的", valid_days=2)
    for template in (long, short):
        give_coupon(alice, template, now=now)
    assert remind_ending(now=now + 4 * DAY) == 0
    Coupon.objects.filter(template=short).update(valid_until=now + 7 * DAY, received_at=now + 5 * DAY)
    assert [remind_ending(now=now + 5 * DAY) for _again in range(2)] == [2, 0]
    [message] = Message.objects.filter(recipient=alice)
    assert message.title == "「长的」快到期了"
    assert message.body == "05-27 12:00 前用掉它，过期就不能用了。"
