"""H7: members are put into segments by the documents' rules; every border stands in a table."""

import datetime as dt
from dataclasses import dataclass

import pytest

from accounts.models import User
from catalog.models import Sku
from common import events
from common.models import OutboxEvent
from community.interactions import interactions
from community.models import CheckIn, MemberSegment, Membership, Review, SegmentRule
from community.selectors.segments import is_due, segment_of
from community.services.questions import ask
from community.services.segmenting import recomputing
from community.services.segmenting.recomputing import recompute_due, recompute_segments
from community.services.sharing import visited
from community.states import Segment
from orders.states import OrderStatus
from tests.community.killing import kill_after
from tests.factories.accounts import make_merchant, make_operator, make_user
from tests.factories.catalog import make_sku
from tests.factories.community import make_community, make_member
from tests.factories.segments import make_neighbour, make_purchase, make_shares

# Three o'clock in Hangzhou.
NOW = dt.datetime(2026, 11, 22, 19, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)

pytestmark = pytest.mark.django_db


def ago(days: int, hours: int = 0) -> dt.datetime:
    return NOW - dt.timedelta(days=days, hours=hours)


@dataclass(frozen=True)
class Past:
    """A member: joined so many days ago; interactions and purchases (days ago, fen) since."""

    joined: int
    shares: tuple[tuple[int, int], ...] = ()
    bought: tuple[tuple[int, int], ...] = ()
    left: int | None = None


# Twelve interactions in four weeks are three a week, four are one a week.
CASES: list[tuple[str, Past, Segment]] = [
    ("left, however much was bought", Past(40, bought=((1, 90000),) * 5, left=1), Segment.CHURNED),
    ("left on the first day", Past(1, left=0), Segment.CHURNED),
    ("silent for 90 days", Past(200, shares=((90, 1),)), Segment.CHURNED),
    ("silent for 89 days", Past(200, shares=((89, 1),)), Segment.DORMANT),
    ("joined 90 days ago and never did anything", Past(90), Segment.CHURNED),
    ("joined 89 days ago and never did anything", Past(89), Segment.DORMANT),
    ("500.00 in the month, three repeats", Past(10, bought=((3, 12500),) * 4), Segment.HIGH_VALUE),
    ("499.99 in the month", Past(10, bought=((3, 12500),) * 3 + ((3, 12499),)), Segment.REPEAT),
    ("500.00 in the month, two repeats", Past(10, bought=((3, 20000),) * 3), Segment.REPEAT),
    ("the month reaches back 30 days", Past(80, bought=((30, 12500),) * 4), Segment.HIGH_VALUE),
    ("and no further", Past(80, bought=((31, 12500),) + ((30, 12500),) * 3), Segment.DORMANT),
    (
        "repeats of the year, spend of the month",
        Past(400, bought=((300, 100),) * 3 + ((2, 50000),)),
        Segment.HIGH_VALUE,
    ),
    ("high value comes before active", Past(60, shares=((1, 20),), bought=((3, 12500),) * 4), Segment.HIGH_VALUE),
    ("31 days, three in four weeks", Past(31, shares=((5, 3),)), Segment.DORMANT),
    ("31 days, four in four weeks", Past(31, shares=((5, 4),)), Segment.ORDINARY),
    ("30 days and nothing done is new, not dormant", Past(30), Segment.NEW),
    ("31 days and nothing done", Past(31), Segment.DORMANT),
    ("dormant comes before repeat", Past(60, bought=((20, 1000),) * 2), Segment.DORMANT),
    ("31 days, twelve in four weeks", Past(31, shares=((28, 6), (1, 6))), Segment.ACTIVE),
    ("the 29th day back is not in the four weeks", Past(31, shares=((29, 6), (1, 6))), Segment.ORDINARY),
    ("31 days, eleven in four weeks", Past(31, shares=((3, 11),)), Segment.ORDINARY),
    ("30 days, twelve in four weeks, is still new", Past(30, shares=((3, 12),)), Segment.NEW),
    ("active comes before repeat", Past(60, shares=((3, 10),), bought=((3, 1000),) * 2), Segment.ACTIVE),
    ("a second order", Past(60, shares=((3, 4),), bought=((3, 1000),) * 2), Segment.REPEAT),
    ("a first order", Past(60, shares=((3, 4),), bought=((3, 1000),)), Segment.ORDINARY),
    ("repeat comes before new", Past(5, bought=((3, 1000),) * 2), Segment.REPEAT),
    ("joined today", Past(0), Segment.NEW),
]


@pytest.fixture
def sku() -> Sku:
    return make_sku(make_merchant())


def lived(past: Past, sku: Sku) -> User:
    left_at = None if past.left is None else ago(past.left)
    person = make_neighbour(joined_at=ago(past.joined), left_at=left_at)
    for days, count in past.shares:
        make_shares(person, count, at=ago(days))
    for days, fen in past.bought:
        make_purchase(person, sku, at=ago(days), fen=fen)
    return person


@pytest.mark.parametrize(("past", "segment"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_member_is_in_the_first_segment_whose_rule_they_meet(past: Past, segment: Segment, sku: Sku) -> None:
    """H7: churned, high value, dormant, active, repeat, new, in this order; who is left is ordinary."""
    person = lived(past, sku)
    recompute_segments(now=NOW)
    assert segment_of(person.pk) == segment


def test_days_are_counted_from_midnight_to_midnight_in_shanghai() -> None:
    """H7: who joined a minute before midnight 31 days back is grown; a minute after it they are new."""
    midnight = dt.datetime(2026, 10, 23, 16, 0, tzinfo=dt.UTC)
    before = make_neighbour(joined_at=midnight - dt.timedelta(minutes=1))
    after = make_neighbour("Bob", joined_at=midnight)
    recompute_segments(now=NOW)
    assert (segment_of(before.pk), segment_of(after.pk)) == (Segment.DORMANT, Segment.NEW)


def test_only_paid_orders_that_stand_are_purchases_and_refunds_are_taken_off(sku: Sku) -> None:
    """H7: 500 yuan are 500 after what went back; a cancelled order is an interaction and no purchase."""
    alice, bob, carol = (make_neighbour(name, joined_at=ago(10)) for name in ("Alice", "Bob", "Carol"))
    for person, refunded_fen in ((alice, 0), (bob, 1)):
        for _order in range(3):
            make_purchase(person, sku, at=ago(2), fen=12500)
        make_purchase(person, sku, at=ago(2), fen=12500, refunded_fen=refunded_fen)
    for _order in range(4):
        make_purchase(carol, sku, at=ago(2), fen=90000, status=OrderStatus.CANCELLED)
    recompute_segments(now=NOW)
    assert [segment_of(person.pk) for person in (alice, bob, carol)] == ["high_value", "repeat", "new"]
    figures = carol.member_segment.figures
    assert (figures["interactions"], figures["month_fen"], figures["repeats"]) == (4, 0, 0)


def test_moving_house_is_not_leaving(sku: Sku) -> None:
    """H7: the days go on in the new community; who comes back after a time without one begins anew."""
    mover, returner = make_neighbour(joined_at=ago(60)), make_neighbour("Bob", joined_at=ago(60), left_at=ago(40))
    for person in (mover, returner):
        make_shares(person, 4, at=ago(1))
        make_member(person, make_community(f"新家 {person.pk}"), now=ago(3))
    recompute_segments(now=NOW)
    assert (segment_of(mover.pk), segment_of(returner.pk)) == (Segment.ORDINARY, Segment.NEW)


def test_who_never_joined_is_in_no_segment(sku: Sku) -> None:
    """H7: a member is who joined a community; somebody who only buys is none."""
    stranger = make_user()
    make_purchase(stranger, sku, at=ago(1))
    assert recompute_segments(now=NOW) == 0
    assert segment_of(stranger.pk) is None


def test_a_change_is_told_once_and_the_date_of_it_kept() -> None:
    """H7: SegmentChanged says what was and what is now; a night without a change says nothing."""
    alice = make_neighbour(joined_at=ago(30))
    assert recompute_segments(now=NOW) == 1
    assert recompute_segments(now=NOW + HOUR) == 0
    tomorrow = NOW + dt.timedelta(days=1)
    assert recompute_segments(now=tomorrow) == 1
    told = OutboxEvent.objects.filter(name="community.SegmentChanged").order_by("pk").values_list("payload", flat=True)
    assert list(told) == [
        {"user_id": alice.pk, "was": "", "now": "new"},
        {"user_id": alice.pk, "was": "new", "now": "dormant"},
    ]
    kept = MemberSegment.objects.get()
    assert (kept.since, kept.computed_at) == (tomorrow, tomorrow)
    recompute_segments(now=tomorrow + HOUR)
    kept.refresh_from_db()
    assert (kept.since, kept.computed_at) == (tomorrow, tomorrow + HOUR)


def test_the_night_is_made_up_once_a_day() -> None:
    """H7: the first sweep after midnight looks at everybody; the others find nothing to do, until somebody joins."""
    make_neighbour(joined_at=ago(30))
    assert recompute_due(now=NOW) == 1
    assert not is_due(now=NOW + HOUR)
    make_neighbour("Bob", joined_at=NOW)
    assert recompute_due(now=NOW + HOUR) == 1
    midnight = dt.datetime(2026, 11, 23, 16, 0, tzinfo=dt.UTC)
    assert not is_due(now=midnight - dt.timedelta(seconds=1))
    assert is_due(now=midnight)


def test_a_night_that_was_killed_goes_on_where_it_was(monkeypatch: pytest.MonkeyPatch) -> None:
    """H7: two members at a time; what stands is not done again, and nobody is told of twice."""
    members = [make_neighbour(f"邻居{index}", joined_at=ago(30)) for index in range(5)]
    monkeypatch.setattr(recomputing, "BATCH", 2)
    kill_after(1, lambda: recompute_due(now=NOW))
    placed = MemberSegment.objects.order_by("user_id").values_list("user_id", flat=True)
    assert list(placed) == [member.pk for member in members[:2]]
    assert recompute_due(now=NOW + HOUR) == 3
    told = OutboxEvent.objects.filter(name="community.SegmentChanged").values_list("payload__user_id", flat=True)
    assert sorted(told) == [member.pk for member in members]


def test_who_joins_is_new_at_once() -> None:
    """H7: with the news that they joined; nobody else is looked at before the night."""
    alice, bob = make_user(), make_neighbour("Bob", joined_at=ago(0))
    make_member(alice, make_community("新家"), now=NOW)
    events.drain(now=NOW)
    assert (segment_of(alice.pk), segment_of(bob.pk)) == (Segment.NEW, None)


def test_who_comes_back_is_churned_no_more() -> None:
    """H7: a place found again counts from its first day."""
    alice = make_neighbour(joined_at=ago(200), left_at=ago(100))
    recompute_segments(now=NOW)
    assert segment_of(alice.pk) == Segment.CHURNED
    make_member(alice, make_community("新家"), now=NOW)
    events.drain(now=NOW)
    assert segment_of(alice.pk) == Segment.NEW


def test_changed_thresholds_decide_the_next_time() -> None:
    """H7: the newest rules count."""
    alice = make_neighbour(joined_at=ago(10))
    oscar = make_operator("operations")
    SegmentRule.objects.create(grown_days=9, made_by=oscar, made_at=NOW)
    recompute_segments(now=NOW)
    assert segment_of(alice.pk) == Segment.DORMANT


def test_scores_are_fifths_of_those_who_bought(sku: Sku) -> None:
    """H7: RFM from 1 to 5, equals alike; 0 for who bought nothing in the year."""
    buyers = [make_neighbour(f"买家{index}", joined_at=ago(60)) for index in range(5)]
    for index, person in enumerate(buyers):
        for _order in range(index + 1):
            make_purchase(person, sku, at=ago(50 - 10 * index), fen=1000)
    twin = make_neighbour("Tom", joined_at=ago(60))
    make_purchase(twin, sku, at=ago(50), fen=1000)
    idle = make_neighbour("Ida", joined_at=ago(60))
    make_purchase(idle, sku, at=ago(366), fen=99900)
    recompute_segments(now=NOW)
    scores = MemberSegment.objects.values_list("user_id", "recency_score", "frequency_score", "monetary_score")
    found = {user: kept for user, *kept in scores}
    assert [found[person.pk] for person in buyers] == [[1, 1, 1], [2, 2, 2], [3, 3, 3], [4, 4, 4], [5, 5, 5]]
    assert (found[twin.pk], found[idle.pk]) == ([1, 1, 1], [0, 0, 0])


def test_a_member_who_is_gone_from_the_year_loses_their_scores(sku: Sku) -> None:
    """H7: a year without buying, and the scores are 0 again."""
    alice = make_neighbour(joined_at=ago(20))
    make_purchase(alice, sku, at=ago(1))
    recompute_segments(now=NOW)
    assert MemberSegment.objects.get().monetary_score == 1
    recompute_segments(now=NOW + dt.timedelta(days=366))
    kept = MemberSegment.objects.get()
    assert (kept.recency_score, kept.frequency_score, kept.monetary_score) == (0, 0, 0)
    assert Membership.objects.count() == MemberSegment.objects.count()


def test_what_counts_as_an_interaction_is_one_list(sku: Sku) -> None:
    """H7: an order paid, a review, a question, a share and a check-in count one each; opening a link counts nothing."""
    alice = make_neighbour(joined_at=ago(60))
    order = make_purchase(alice, sku, at=ago(5))
    line = order.lines.get()
    Review.objects.create(product=sku.product, order_line=line, author=alice, stars=5, written_at=ago(4))
    ask(author=alice, product=sku.product, text="甜吗？", now=ago(3))
    CheckIn.objects.create(user=alice, day=ago(2).date())
    make_shares(alice, 1, at=ago(1))
    visited(link=alice.share_links.get())
    recompute_segments(now=NOW)
    assert alice.member_segment.figures["interactions"] == 5
    assert [name for name, _source in interactions.items()] == ["order_paid", "review", "question", "share", "check_in"]


def test_a_check_in_is_counted_on_its_day(sku: Sku) -> None:
    """H7: 90 days after the last check-in a member is gone; 89 days after it not yet."""
    alice, bob = make_neighbour(joined_at=ago(200)), make_neighbour("Bob", joined_at=ago(200))
    today = dt.date(2026, 11, 23)
    CheckIn.objects.create(user=alice, day=today - dt.timedelta(days=90))
    CheckIn.objects.create(user=bob, day=today - dt.timedelta(days=89))
    recompute_segments(now=NOW)
    assert (segment_of(alice.pk), segment_of(bob.pk)) == (Segment.CHURNED, Segment.DORMANT)
