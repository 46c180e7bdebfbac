"""B8: tiers are reached by what somebody buys and does, at once; and lost on the first of a month, with notice."""

import datetime as dt

import pytest
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from common import events
from community.models import MemberStanding, MemberTier, TierBenefit
from community.selectors.standings import benefit_of, membership_of, tier_of
from community.services.points import award
from community.services.standings.reviewing import next_review, refresh, review_due
from community.states import BenefitKind, PointsKind
from notifications.models import Message
from orders.models import Order
from orders.services.completing import complete_due
from tests.community.killing import kill_after
from tests.factories.accounts import make_user
from tests.factories.members import give_points, make_standing
from tests.factories.orders import make_prepared, make_received

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway", "nothing_broken")]
DAY = dt.timedelta(days=1)


def tier(user: User) -> str:
    found = tier_of(user.pk)
    assert found is not None
    return found.code


def told(user: User) -> list[str]:
    """The kinds of news about tiers, oldest first."""
    news = Message.objects.filter(recipient=user, kind__startswith="member_tier").order_by("pk")
    return list(news.values_list("kind", flat=True))


def grow(user: User, amount: int, *, now: dt.datetime) -> None:
    """So much growth, for reviews."""
    award(user_id=user.pk, kind=PointsKind.REVIEW, amount=amount, source=f"{user.pk}:{now}", now=now)
    events.drain(now=now)


def buy_in(user: User, *days: dt.datetime) -> None:
    """An order of ¥59.80 on each of these days."""
    for day in days:
        make_prepared(user, now=day + DAY)


def test_everybody_has_the_first_tier_before_buying_anything() -> None:
    assert tier(make_user()) == "basic"


def test_five_hundred_yuan_in_twelve_months_are_silver_at_once(now: dt.datetime) -> None:
    """B8: the order that completes is the one that does it; ¥59.80 alone are not enough."""
    alice = make_user()
    make_received(alice, now=now - 2 * DAY)
    complete_due(now=now)
    events.drain(now=now)
    assert tier(alice) == "basic"
    assert MemberStanding.objects.get(user=alice).spend_12m_fen == 5980
    make_received(alice, pieces=40, now=now - 2 * DAY)  # ¥23.90 × 40: the ladder went down
    complete_due(now=now)
    events.drain(now=now)
    assert tier(alice) == "silver"
    assert told(alice) == ["member_tier_raised"]


def test_growth_alone_leads_up_too(now: dt.datetime) -> None:
    """B8: 800 of growth are silver, 3,000 gold; gifts are not growth."""
    alice = make_user()
    give_points(alice, 5000, now=now)
    grow(alice, 799, now=now)
    assert tier(alice) == "basic"
    grow(alice, 1, now=now + DAY)
    assert tier(alice) == "silver"
    grow(alice, 2200, now=now + 2 * DAY)
    assert tier(alice) == "gold"


def test_three_months_in_a_row_are_silver(now: dt.datetime) -> None:
    """B8 连续3个月消费: March, April and May; without April it begins anew."""
    alice, bob = make_user(), make_user(name="Bob")
    march, april = now - 60 * DAY, now - 30 * DAY
    buy_in(alice, march, april, now - 2 * DAY)
    buy_in(bob, march, now - 2 * DAY)
    refresh(user_ids=[alice.pk, bob.pk], now=now)
    standings = MemberStanding.objects.in_bulk([alice.pk, bob.pk])
    assert (standings[alice.pk].streak_months, standings[bob.pk].streak_months) == (3, 1)
    assert (tier(alice), tier(bob)) == ("silver", "basic")


def test_the_streak_holds_through_the_month_after_and_then_breaks(now: dt.datetime) -> None:
    """B8: bought in March, April and May, she has it all June; in July it is over."""
    alice = make_user()
    buy_in(alice, now - 60 * DAY, now - 30 * DAY, now - 2 * DAY)
    for later, streak in ((30 * DAY, 3), (50 * DAY, 0)):
        refresh(user_ids=[alice.pk], now=now + later)
        assert MemberStanding.objects.get(user=alice).streak_months == streak


def test_nobody_falls_without_a_week_of_notice(now: dt.datetime) -> None:
    """B8: gold by nothing, warned on 20 May, still gold on 31 May, basic on 1 June, and told both times."""
    alice = make_user()
    make_standing(alice, "gold", now=now - DAY)
    assert review_due(now=now) == 1
    events.drain(now=now)
    assert (tier(alice), told(alice)) == ("gold", ["member_tier_at_risk"])
    assert MemberStanding.objects.get(user=alice).review_on == dt.date(2090, 6, 1)
    review_due(now=now + 11 * DAY)
    assert tier(alice) == "gold"
    review_due(now=now + 12 * DAY)
    events.drain(now=now + 12 * DAY)
    assert (tier(alice), told(alice)) == ("basic", ["member_tier_at_risk", "member_tier_lowered"])


def test_who_earns_it_again_keeps_it(now: dt.datetime) -> None:
    """B8: warned, grown, spared."""
    alice = make_user()
    make_standing(alice, "silver", now=now - DAY)
    review_due(now=now)
    grow(alice, 800, now=now + DAY)
    review_due(now=now + DAY)
    review_due(now=now + 12 * DAY)
    events.drain(now=now + 12 * DAY)
    assert (tier(alice), told(alice)) == ("silver", ["member_tier_at_risk"])
    assert MemberStanding.objects.get(user=alice).review_on is None


@pytest.mark.parametrize(
    ("today", "day"), [("2026-11-01", "2026-12-01"), ("2026-11-24", "2026-12-01"), ("2026-11-25", "2027-01-01")]
)
def test_a_review_leaves_seven_days(today: str, day: str) -> None:
    assert next_review(dt.date.fromisoformat(today)).isoformat() == day


def test_the_night_looks_at_everybody_once(now: dt.datetime, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    """B8: set-based; the second run finds nothing to do."""
    for index in range(30):
        make_standing(make_user(name=f"邻居{index}"), "basic", now=now - DAY)
    with django_assert_num_queries(9):
        assert review_due(now=now) == 30
    assert review_due(now=now) == 0


def test_a_night_that_was_killed_warns_nobody_twice(now: dt.datetime) -> None:
    """B8: two members at a time; who was warned before it died stays warned, the next sweep warns the others."""
    members = [make_user(name=f"邻居{index}") for index in range(5)]
    for member in members:
        make_standing(member, "gold", now=now - DAY)
    kill_after(1, lambda: review_due(now=now, limit=2))
    assert MemberStanding.objects.exclude(review_on=None).count() == 2
    assert review_due(now=now, limit=2) == 3
    events.drain(now=now)
    assert [told(member) for member in members] == [["member_tier_at_risk"]] * 5


def test_an_operators_change_of_data_changes_what_a_tier_gives(now: dt.datetime) -> None:
    """B8: benefits and thresholds are rows."""
    alice = make_user()
    assert benefit_of(alice.pk, BenefitKind.POINTS_MULTIPLIER) is None
    basic = MemberTier.objects.get(rank=0)
    TierBenefit.objects.create(tier=basic, kind=BenefitKind.POINTS_MULTIPLIER, value=20_000)
    assert benefit_of(alice.pk, BenefitKind.POINTS_MULTIPLIER) == 20_000
    MemberTier.objects.filter(code="silver").update(growth=5)
    grow(alice, 5, now=now)
    assert tier(alice) == "silver"


def test_alice_sees_how_far_the_next_tier_is(now: dt.datetime) -> None:
    """B8: ¥440.20, 741 of growth or two months more."""
    alice = make_user()
    order = make_received(alice, now=now - 2 * DAY)
    complete_due(now=now)
    events.drain(now=now)
    membership = membership_of(alice)
    assert membership is not None
    assert (membership.tier.code, membership.next_tier and membership.next_tier.code) == ("basic", "silver")
    assert {way.figure: way.left for way in membership.ways} == {"spend": 44020, "growth": 741, "months": 2}
    assert Order.objects.get(pk=order.pk).status == "completed"
