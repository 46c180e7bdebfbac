"""H6: neighbours ranked by what they bought, how many pieces, and whom they brought; month by month."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from catalog.models import Sku
from community.models import Community, Invitation
from community.selectors import leaderboards
from community.selectors.leaderboards import is_hidden, leaderboard, months_of
from community.services.leaderboards import set_hidden
from community.services.sharing import invited, link_of
from community.states import Board, Shared
from orders.states import OrderStatus
from tests.factories.accounts import make_merchant, make_user
from tests.factories.catalog import make_sku
from tests.factories.community import make_community
from tests.factories.segments import make_neighbour, make_purchase

NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
NOVEMBER, OCTOBER = dt.date(2026, 11, 1), dt.date(2026, 10, 1)
# Midnight of the first of November in Shanghai.
MIDNIGHT = dt.datetime(2026, 10, 31, 16, 0, tzinfo=dt.UTC)

pytestmark = pytest.mark.django_db


@pytest.fixture
def sku() -> Sku:
    return make_sku(make_merchant())


@pytest.fixture
def place() -> Community:
    return make_community("锦绣花园", now=NOW - 60 * DAY)


def neighbour(name: str, place: Community) -> User:
    return make_neighbour(name, joined_at=NOW - 50 * DAY, community=place)


def ranks(place: Community, board: Board, month: dt.date = NOVEMBER) -> list[tuple[int, str, int]]:
    shown = leaderboard(place, board=board, month=month)
    return [(rank.place, rank.shown_name, rank.result) for rank in shown.first]


def test_neighbours_are_ranked_by_what_is_left_of_what_they_paid(place: Community, sku: Sku) -> None:
    """H6: refunds are taken off, cancelled orders count nothing, and names are masked."""
    alice, bob, carol = (neighbour(name, place) for name in ("王晓雨", "李强", "赵敏"))
    make_purchase(alice, sku, at=NOW - DAY, fen=5000, pieces=1)
    make_purchase(alice, sku, at=NOW, fen=5000, pieces=1, refunded_fen=2500)
    make_purchase(bob, sku, at=NOW, fen=8000, pieces=4)
    make_purchase(carol, sku, at=NOW, fen=90000, pieces=9, status=OrderStatus.CANCELLED)
    assert ranks(place, Board.AMOUNT) == [(1, "李**", 8000), (2, "王**", 7500)]
    assert ranks(place, Board.PIECES) == [(1, "李**", 4), (2, "王**", 2)]


def test_a_tie_shares_its_place_and_leaves_the_next_out(place: Community, sku: Sku) -> None:
    """H6: 1, 2, 2, 4."""
    for name, fen in (("甲甲", 300), ("乙乙", 200), ("丙丙", 200), ("丁丁", 100)):
        make_purchase(neighbour(name, place), sku, at=NOW, fen=fen)
    assert [(place_, name) for place_, name, _fen in ranks(place, Board.AMOUNT)] == [
        (1, "甲**"),
        (2, "乙**"),
        (2, "丙**"),
        (4, "丁**"),
    ]


def test_a_month_is_from_midnight_to_midnight_in_shanghai(place: Community, sku: Sku) -> None:
    """H6: the last instant of October is October's."""
    alice = neighbour("Alice", place)
    make_purchase(alice, sku, at=MIDNIGHT, fen=100)
    make_purchase(alice, sku, at=MIDNIGHT - dt.timedelta(microseconds=1), fen=30)
    assert [row[2] for row in ranks(place, Board.AMOUNT)] == [100]
    assert [row[2] for row in ranks(place, Board.AMOUNT, OCTOBER)] == [30]


def test_only_who_lives_here_now_and_may_sign_in_is_ranked(place: Community, sku: Sku) -> None:
    """H6: neighbours of another place, who moved away, and closed accounts stand nowhere."""
    elsewhere = make_community("文三路", now=NOW - 60 * DAY)
    moved = make_neighbour("Mo", joined_at=NOW - 9 * DAY, left_at=NOW - DAY, community=place)
    closed, foreign, alice = neighbour("Cleo", place), neighbour("Fay", elsewhere), neighbour("Alice", place)
    for person in (moved, closed, foreign, alice):
        make_purchase(person, sku, at=NOW)
    User.objects.filter(pk=closed.pk).update(is_active=False)
    assert [name for _place, name, _fen in ranks(place, Board.AMOUNT)] == [alice.shown_name]


def test_who_opts_out_is_not_ranked_and_may_come_back(place: Community, sku: Sku) -> None:
    """H6: hidden at once on every board, seen by nobody, not even counted; said twice it is as once."""
    alice, bob = neighbour("Alice", place), neighbour("Bob", place)
    for person, fen in ((alice, 900), (bob, 500)):
        make_purchase(person, sku, at=NOW, fen=fen)
    for _time in range(2):
        set_hidden(user=alice, hidden=True, now=NOW)
    assert is_hidden(alice)
    shown = leaderboard(place, board=Board.AMOUNT, month=NOVEMBER, me=alice)
    assert ([(rank.place, rank.result) for rank in shown.first], shown.mine, shown.people) == ([(1, 500)], None, 1)
    for _time in range(2):
        set_hidden(user=alice, hidden=False, now=NOW)
    assert [row[2] for row in ranks(place, Board.AMOUNT)] == [900, 500]


def test_my_own_rank_is_shown_however_low(place: Community, sku: Sku, monkeypatch: pytest.MonkeyPatch) -> None:
    """H6: the third of three, where two are shown; in two queries."""
    monkeypatch.setattr(leaderboards, "SHOWN", 2)
    people = [neighbour(name, place) for name in ("甲甲", "乙乙", "丙丙")]
    for person, fen in zip(people, (300, 200, 100), strict=True):
        make_purchase(person, sku, at=NOW, fen=fen)
    with CaptureQueriesContext(connection) as asked:
        shown = leaderboard(place, board=Board.AMOUNT, month=NOVEMBER, me=people[2])
    assert len(asked) == 2
    assert [(rank.place, rank.is_me) for rank in shown.first] == [(1, False), (2, False)]
    assert shown.mine is not None
    assert (shown.mine.place, shown.mine.result, shown.mine.is_me, shown.people) == (3, 100, True, 3)


def test_who_brought_most_stands_first(place: Community) -> None:
    """H6: invitations of the month, by who registered then."""
    alice, bob = neighbour("Alice", place), neighbour("Bob", place)
    for host, count in ((alice, 1), (bob, 2)):
        link = link_of(user=host, kind=Shared.HOME, code="", now=NOW)
        for _guest in range(count):
            invited(invitee=make_user(name="Gus"), link=link, now=NOW)
    invited(
        invitee=make_user(name="Old"), link=link_of(user=alice, kind=Shared.HOME, code="", now=NOW), now=MIDNIGHT - DAY
    )
    assert Invitation.objects.count() == 4
    assert [(row[0], row[2]) for row in ranks(place, Board.INVITATIONS)] == [(1, 2), (2, 1)]


def test_a_month_without_anything_is_empty(place: Community) -> None:
    """H6: nobody is ranked for nothing."""
    alice = neighbour("Alice", place)
    shown = leaderboard(place, board=Board.PIECES, month=NOVEMBER, me=alice)
    assert (list(shown.first), shown.mine, shown.people) == ([], None, 0)


def test_months_go_back_to_the_founding_and_a_year_at_most(place: Community) -> None:
    """H6: founded on 23 September: three months; an old place shows twelve."""
    assert months_of(place, now=NOW) == [NOVEMBER, OCTOBER, dt.date(2026, 9, 1)]
    old = make_community("老小区", now=NOW - 900 * DAY)
    found = months_of(old, now=NOW)
    assert (len(found), found[-1]) == (12, dt.date(2025, 12, 1))
