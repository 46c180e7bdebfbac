"""H6: points are given once for each thing, and the books know what they are worth."""

import datetime as dt

import pytest
from django.db import IntegrityError, connection, transaction

from community.models import PointsEntry
from community.services.points import award
from community.services.points.accounts import locked, make_spendable, make_void
from community.states import PointsKind
from tests.community.points.reading import owed_fen, points_of
from tests.factories.accounts import make_user
from tests.factories.members import take_points

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_broken")]
NOW = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)


def test_alice_gets_her_points_once_for_each_thing() -> None:
    """H6: told twice of the same review, she has 20 points and not 40."""
    alice = make_user()
    first = award(user_id=alice.pk, kind=PointsKind.REVIEW, amount=20, source="review:1", now=NOW)
    again = award(user_id=alice.pk, kind=PointsKind.REVIEW, amount=20, source="review:1", now=NOW)
    assert again == first
    assert points_of(alice) == (20, 0, 0)
    award(user_id=alice.pk, kind=PointsKind.REVIEW, amount=20, source="review:2", now=NOW)
    assert points_of(alice) == (40, 0, 0)
    assert owed_fen() == 40


def test_promised_points_are_owed_once_they_can_be_spent() -> None:
    """H6: pending points stand in no book; then they do, and begin to age."""
    alice = make_user()
    promised = award(user_id=alice.pk, kind=PointsKind.INVITE, amount=100, source="bob", now=NOW, pending=True)
    assert points_of(alice) == (0, 100, 0)
    assert promised.expires_at is None
    assert owed_fen() == 0
    later = NOW + dt.timedelta(days=3)
    with transaction.atomic():
        make_spendable(locked(alice.pk), [promised], now=later)
    assert points_of(alice) == (100, 0, 0)
    assert owed_fen() == 100
    assert PointsEntry.objects.get().expires_at == later + dt.timedelta(days=365)


def test_a_promise_may_come_to_nothing() -> None:
    """H6: then nothing was ever there to be spent."""
    alice = make_user()
    promised = award(user_id=alice.pk, kind=PointsKind.INVITE, amount=100, source="bob", now=NOW, pending=True)
    with transaction.atomic():
        make_void(locked(alice.pk), [promised])
    assert points_of(alice) == (0, 0, 0)
    assert owed_fen() == 0


def test_what_is_taken_back_above_the_balance_is_paid_by_the_next_earnings() -> None:
    """H6: of 30 points 100 are taken back; the next 50 pay the debt, and of the next 50 there remain 30."""
    alice = make_user()
    award(user_id=alice.pk, kind=PointsKind.GIFT, amount=30, source="1", now=NOW)
    take_points(alice, 100, now=NOW)
    assert points_of(alice) == (0, 0, 70)
    assert owed_fen() == 0
    award(user_id=alice.pk, kind=PointsKind.GIFT, amount=50, source="2", now=NOW)
    assert points_of(alice) == (0, 0, 20)
    award(user_id=alice.pk, kind=PointsKind.GIFT, amount=50, source="3", now=NOW)
    assert points_of(alice) == (30, 0, 0)
    assert owed_fen() == 30


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE community_pointsentry SET delta = 1000",
        "UPDATE community_pointsentry SET status = 'void', spendable_at = NULL",
        "DELETE FROM community_pointsentry",
    ],
)
def test_nobody_rewrites_the_points_ledger(statement: str) -> None:
    """H6: append-only, whoever tries."""
    award(user_id=make_user().pk, kind=PointsKind.GIFT, amount=50, source="1", now=NOW)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_promise_is_kept_as_it_was_given() -> None:
    """H6: becoming spendable changes no amount."""
    award(user_id=make_user().pk, kind=PointsKind.GIFT, amount=50, source="1", now=NOW, pending=True)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE community_pointsentry SET status = 'spendable', spendable_at = now(), delta = 60")
