"""H5, H6: a tap a day."""

import datetime as dt

import pytest

from common import events
from common.assessments import denied
from community.contributions import benefit_checks
from community.models import CheckIn
from community.services.checking_in import check_in
from tests.community.points.reading import points_of
from tests.factories.accounts import make_user
from tests.factories.orders import make_received
from tests.factories.reviews import make_review

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_broken")]
NOON = dt.datetime(2026, 11, 22, 4, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)


def test_alice_checks_in_once_a_day() -> None:
    """H6: 2 points for the day; the second tap is the same check-in."""
    alice = make_user()
    first = check_in(user=alice, now=NOON)
    assert check_in(user=alice, now=NOON + DAY / 4) == first
    assert points_of(alice) == (2, 0, 0)
    assert check_in(user=alice, now=NOON + DAY).streak == 2
    assert points_of(alice) == (4, 0, 0)


def test_the_day_begins_at_midnight_in_shanghai() -> None:
    """H6: 23:59 and 00:01 are two days, whatever UTC says."""
    alice = make_user()
    check_in(user=alice, now=dt.datetime(2026, 11, 22, 15, 59, tzinfo=dt.UTC))
    assert check_in(user=alice, now=dt.datetime(2026, 11, 22, 16, 1, tzinfo=dt.UTC)).streak == 2
    assert CheckIn.objects.count() == 2


def test_a_week_without_a_gap_earns_ten_on_top() -> None:
    """H5: 7 × 2 + 10; after a day missed she begins anew."""
    alice = make_user()
    for day in range(7):
        check_in(user=alice, now=NOON + day * DAY)
    assert points_of(alice) == (24, 0, 0)
    assert check_in(user=alice, now=NOON + 8 * DAY).streak == 1


def test_whom_a_check_denies_it_checks_in_without_points(monkeypatch: pytest.MonkeyPatch) -> None:
    """H6: risk says no to the points, not to the neighbour."""
    monkeypatch.setitem(benefit_checks._entries, "strict", lambda request: denied("太多账号"))
    alice = make_user()
    assert check_in(user=alice, now=NOON).streak == 1
    assert points_of(alice) == (0, 0, 0)


@pytest.mark.usefixtures("scripted_gateway")
def test_a_review_earns_twenty(now: dt.datetime) -> None:
    """H6: whoever tells neighbours how it was."""
    order = make_received(now=now)
    make_review(order, now=now)
    events.drain(now=now)
    assert points_of(order.buyer) == (20, 59, 0)
