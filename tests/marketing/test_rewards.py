"""G5, G8: 老带新, 新人礼 and 满送: both get something, once, after somebody was asked."""

import datetime as dt

import pytest
from django.db import transaction
from django.db.models import Sum
from django.db.models.functions import Coalesce

from accounts.models import User
from campaigns.services.settling import settle
from common import events
from common.assessments import Assessment, denied, flagged
from community.contributions import BenefitRequest, benefit_checks
from community.models import Invitation, PointsEntry, TierBenefit
from community.services.sharing import invited, link_of
from community.states import BenefitKind, Shared
from marketing.errors import RewardDecided
from marketing.models import Coupon, CouponTemplate, Reward
from marketing.promotion_plans import StepPlan
from marketing.services.rewards.birthdays import congratulate
from marketing.services.rewards.granting import refuse, release
from marketing.services.rewards.referring import completed_order, joined_community
from marketing.services.rewards.thanking import thank_for
from marketing.services.rewards.welcoming import welcome
from notifications.models import Message
from orders.models import Order
from orders.services.completing import complete_due
from payments.models import LedgerEntry
from payments.selectors.balance import balance_of
from tests.campaigns.conftest import NOON
from tests.factories.accounts import make_merchant, make_operator, make_user
from tests.factories.campaigns import join_and_pay, make_open
from tests.factories.community import make_community, make_member
from tests.factories.marketing import make_promotion, make_referral, make_template, make_welcome
from tests.factories.members import make_standing
from tests.factories.orders import fetch, give_back, make_received

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway", "nothing_broken")]
DAY = dt.timedelta(days=1)


@pytest.fixture
def alice() -> User:
    return make_user(name="Alice", now=NOON)


@pytest.fixture
def bob(alice: User) -> User:
    """Came by Alice's link."""
    return brought_by(alice, "Bob")


def brought_by(inviter: User, name: str, *, at: dt.datetime = NOON) -> User:
    newcomer = make_user(name=name, now=at)
    link = link_of(user=inviter, kind=Shared.HOME, code="", now=at)
    invited(invitee=newcomer, link=link, now=at)
    return newcomer


def points_of(user: User) -> int:
    """What rewards brought them, beside all other points."""
    mine = PointsEntry.objects.filter(user=user, source__in=Reward.objects.values("source"))
    return mine.aggregate(points=Coalesce(Sum("delta"), 0))["points"]


def states() -> list[tuple[str, str]]:
    return list(Reward.objects.order_by("pk").values_list("side", "status"))


def test_who_joins_a_community_and_who_brought_them_both_get_a_coupon_once(alice: User, bob: User) -> None:
    """G5, C3: by the event, delivered again and again; both hear of it."""
    template = make_template(now=NOON, per_person=9)
    make_referral(now=NOON, inviter_coupon=template, invitee_coupon=template, inviter_points=0)
    make_member(bob, make_community("锦绣花园"), now=NOON)
    make_member(bob, make_community("文三路"), now=NOON + DAY)
    events.drain(now=NOON + DAY)
    joined_community(user_id=bob.pk, now=NOON + DAY)
    assert states() == [("invitee", "granted"), ("inviter", "granted")]
    assert sorted(Coupon.objects.values_list("user", flat=True)) == [alice.pk, bob.pk]
    assert (points_of(alice), points_of(bob)) == (0, 50)
    heard = Message.objects.filter(kind="reward_granted").order_by("recipient")
    assert list(heard.values_list("recipient", flat=True)) == [alice.pk, bob.pk]


def test_the_first_completed_order_brings_cash_to_the_balance_and_points(alice: User, bob: User) -> None:
    """G5: ¥5.00 for Alice, out of the platform's subsidy, when nobody can send Bob's apples back any more."""
    make_referral(now=NOON, trigger="first_order_completed", inviter_cash_fen=500, inviter_points=0, invitee_points=30)
    order = make_received(bob, now=NOON)
    events.drain(now=NOON)
    assert (balance_of(alice), points_of(bob)) == (0, 0)
    assert complete_due(now=NOON + 3 * DAY) == 1
    events.drain(now=NOON + 3 * DAY)
    assert (balance_of(alice), points_of(bob)) == (500, 30)
    entry = LedgerEntry.objects.get(account__user=alice, account__kind="balance")
    assert (entry.transaction.subject_kind, entry.side) == ("reward", "C")
    completed_order(order=Order.objects.get(pk=order.pk), now=NOON + 4 * DAY)
    assert balance_of(alice) == 500


def test_only_the_first_completed_order_counts(alice: User, bob: User) -> None:
    """G5: a programme that begins after it brings nothing for the second."""
    make_received(bob, now=NOON)
    complete_due(now=NOON + 3 * DAY)
    events.drain(now=NOON + 3 * DAY)
    make_referral(now=NOON, trigger="first_order_completed")
    second = make_received(bob, now=NOON + 4 * DAY)
    complete_due(now=NOON + 8 * DAY)
    events.drain(now=NOON + 8 * DAY)
    second.refresh_from_db()
    assert second.status == "completed"
    assert states() == []


def test_who_came_by_nobody_or_outside_the_window_or_while_it_is_off_brings_nothing(alice: User) -> None:
    """G5."""
    programme = make_referral(now=NOON)
    nobody, early = make_user(name="Nora", now=NOON), brought_by(alice, "Eve", at=NOON - 2 * DAY)
    for person in (nobody, early):
        joined_community(user_id=person.pk, now=NOON)
    programme.is_on = False
    programme.save()
    joined_community(user_id=brought_by(alice, "Bob").pk, now=NOON)
    assert states() == []


def test_the_first_link_somebody_opened_decides_and_nobody_invites_themselves(alice: User, bob: User) -> None:
    """C3: first touch; a later link changes nothing."""
    make_referral(now=NOON)
    carol = make_user(name="Carol", now=NOON)
    invited(invitee=bob, link=link_of(user=carol, kind=Shared.HOME, code="", now=NOON), now=NOON)
    assert invited(invitee=carol, link=link_of(user=carol, kind=Shared.HOME, code="", now=NOON), now=NOON) is None
    joined_community(user_id=bob.pk, now=NOON)
    joined_community(user_id=carol.pk, now=NOON)
    assert Invitation.objects.get(invitee=bob).inviter == alice
    assert [points_of(person) for person in (alice, bob, carol)] == [100, 50, 0]


def test_an_inviter_earns_as_often_as_the_programme_allows_and_newcomers_always(alice: User) -> None:
    """G5: twice; the third newcomer still gets theirs."""
    make_referral(now=NOON, most_per_inviter=2)
    for name in ("Bob", "Carol", "Dan"):
        joined_community(user_id=brought_by(alice, name).pk, now=NOON)
    assert points_of(alice) == 200
    assert states()[-2:] == [("invitee", "granted"), ("inviter", "void")]
    assert Reward.objects.get(status="void").note == "已经达到这个活动的奖励次数上限"


def test_a_denied_reward_is_void_and_a_flagged_one_waits_for_an_operator(
    alice: User, bob: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G5: the checks of risk are asked with both people; Alice's is flagged, Bob's denied."""
    asked = []

    def check(request: BenefitRequest) -> Assessment:
        asked.append((request.user_id, request.kind, request.counterpart_id))
        return flagged("同一台设备") if request.user_id == alice.pk else denied("同一个地址")

    monkeypatch.setitem(benefit_checks._entries, "watchful", check)
    make_referral(now=NOON, inviter_cash_fen=500)
    joined_community(user_id=bob.pk, now=NOON)
    assert asked == [(bob.pk, "referral", alice.pk), (alice.pk, "referral", bob.pk)]
    assert states() == [("invitee", "void"), ("inviter", "waiting")]
    assert (points_of(alice), points_of(bob), balance_of(alice)) == (0, 0, 0)
    waiting = Reward.objects.get(status="waiting")
    assert waiting.note == "同一台设备"
    release(reward=waiting, actor_id=make_operator().pk, now=NOON)
    assert (points_of(alice), balance_of(alice)) == (100, 500)
    with pytest.raises(RewardDecided):
        refuse(reward=waiting, actor_id=make_operator().pk, reason="", now=NOON)


def test_an_operator_refuses_with_a_reason(alice: User, bob: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """G5: and nothing is given, then or later."""
    monkeypatch.setitem(benefit_checks._entries, "watchful", lambda request: flagged("同一台设备"))
    make_referral(now=NOON)
    joined_community(user_id=bob.pk, now=NOON)
    for waiting in Reward.objects.filter(status="waiting"):
        refuse(reward=waiting, actor_id=make_operator().pk, reason="是同一个人", now=NOON)
    assert set(Reward.objects.values_list("status", "note")) == {("void", "是同一个人")}
    joined_community(user_id=bob.pk, now=NOON)
    assert (points_of(alice), points_of(bob)) == (0, 0)


def test_when_a_coupon_has_run_out_the_reward_waits_whole(alice: User, bob: User) -> None:
    """G5: no half rewards; an operator sees why and can still release it."""
    template = make_template(now=NOON, total=1)
    make_referral(now=NOON, inviter_coupon=template, invitee_coupon=template, inviter_cash_fen=500)
    joined_community(user_id=bob.pk, now=NOON)
    assert states() == [("invitee", "granted"), ("inviter", "waiting")]
    assert (Reward.objects.get(status="waiting").note, balance_of(alice)) == ("这张券已经领完了", 0)
    CouponTemplate.objects.filter(pk=template.pk).update(total=2)
    release(reward=Reward.objects.get(status="waiting"), actor_id=make_operator().pk, now=NOON)
    assert (balance_of(alice), Coupon.objects.filter(user=alice).count()) == (500, 1)


def test_whoever_registers_while_it_runs_finds_a_welcome_gift_once() -> None:
    """G8: coupons and points, by the event of registering."""
    make_welcome(make_template(now=NOON), make_template(now=NOON, name="满 50 减 8"), now=NOON)
    early, nina = make_user(name="Eve", now=NOON - 2 * DAY), make_user(name="Nina", now=NOON)
    events.drain(now=NOON)
    welcome(user_id=nina.pk, now=NOON)
    welcome(user_id=early.pk, now=NOON)
    assert (Coupon.objects.filter(user=nina).count(), points_of(nina)) == (2, 20)
    assert Reward.objects.get().user == nina
    assert list(Message.objects.filter(recipient=nina).values_list("title", flat=True)) == ["新人礼已到账"]


def bought(*, now: dt.datetime) -> Order:
    """Alice's three boxes for ¥89.70 of a shop that sends 30 points and a coupon from ¥80 on, fetched just now."""
    merchant = make_merchant(now=now - DAY)
    step = StepPlan(8000, points=30, coupon=make_template(merchant, now=now).code)
    make_promotion(merchant, "reward", now=now - DAY, steps=(step,))
    campaign = make_open(merchant, now=now - DAY)
    order = join_and_pay(make_user(name="Alice"), campaign, 3, now=now - DAY)
    settle(campaign_id=campaign.pk, now=now)
    order.refresh_from_db()
    return fetch(order, now=now)


def test_what_a_promotion_promised_is_sent_when_the_order_is_final_at_the_merchants_cost() -> None:
    """G2, 满送: a coupon, and ¥0.30 in points, once the window is over."""
    order = bought(now=NOON)
    assert points_of(order.buyer) == 0
    complete_due(now=NOON + 3 * DAY)
    events.drain(now=NOON + 3 * DAY)
    thank_for(order=order, now=NOON + 4 * DAY)
    assert (points_of(order.buyer), Coupon.objects.filter(user=order.buyer).count()) == (30, 1)
    cost = LedgerEntry.objects.get(transaction__key__startswith="reward-cost:", account__kind="merchant_payable")
    assert (cost.account.merchant, cost.amount_fen) == (order.merchant, 30)


@pytest.mark.parametrize(("back_fen", "status"), [(970, "granted"), (971, "void")])
def test_what_was_sent_back_may_leave_too_little_for_the_promise(back_fen: int, status: str) -> None:
    """G2, 满送: ¥80.00 left is enough, a fen less is not."""
    order = bought(now=NOON)
    with transaction.atomic():
        give_back(order, back_fen, now=NOON)
    complete_due(now=NOON + 3 * DAY)
    events.drain(now=NOON + 3 * DAY)
    assert Reward.objects.get(kind="promotion").status == status


def make_born(day: str, *, fen: int = 800) -> User:
    """A member of a tier that gives so much, born on that day."""
    member = make_user(name="Bea", now=NOON)
    User.objects.filter(pk=member.pk).update(birthday=day)
    standing = make_standing(member, "gold", now=NOON)
    TierBenefit.objects.update_or_create(tier=standing.tier, kind=BenefitKind.BIRTHDAY_COUPON, defaults={"value": fen})
    return member


def test_a_member_gets_the_coupon_of_their_tier_on_their_birthday_once_a_year() -> None:
    """H6: NOON is the 20th of May in Shanghai; the sweep of the afternoon gives no second one."""
    bea, other = make_born("05-20"), make_born("05-21")
    assert congratulate(now=NOON) == 1
    assert congratulate(now=NOON + dt.timedelta(hours=3)) == 0
    coupon = Coupon.objects.get(user=bea)
    assert (coupon.template.amount_fen, coupon.template.merchant) == (800, None)
    assert not Coupon.objects.filter(user=other).exists()
    assert congratulate(now=NOON + 365 * DAY) == 1
    assert set(Coupon.objects.filter(user=bea).values_list("template", flat=True)) == {coupon.template_id}


def test_who_was_born_on_a_leap_day_celebrates_on_the_day_before_in_other_years() -> None:
    """H6: 2090 has no 29th of February."""
    make_born("02-29")
    assert congratulate(now=NOON.replace(month=2, day=28)) == 1
