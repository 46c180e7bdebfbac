"""C2: what the hall finds, in which order, and for whom."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Merchant
from campaigns.models import Campaign
from campaigns.selectors.hall import ending_first, hall, nearest_to_next_tier, public, with_drop
from campaigns.states import Basis
from tests.factories.accounts import make_merchant, make_user
from tests.factories.campaigns import fill, join_and_pay, make_open, make_point
from tests.factories.catalog import make_sku

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def merchant() -> Merchant:
    return make_merchant()


def codes(cards: list) -> list[str]:
    return [card.code for card in cards]


def test_a_community_sees_what_its_points_hand_over_and_what_comes_to_every_door(merchant: Merchant) -> None:
    """C2: filtered by pick-up points; what delivers counts everywhere."""
    east, west = make_point(merchant, "东门"), make_point(merchant, "西门")
    at_east = make_open(merchant, points=[east])
    at_both = make_open(merchant, points=[east, west])
    at_west = make_open(merchant, points=[west])
    delivered = make_open(merchant, points=[west], delivers=True)
    assert codes(hall(point_ids=[east.pk])) == [at_east.code, at_both.code, delivered.code]
    assert codes(hall(point_ids=[])) == [delivered.code]
    assert codes(hall(point_ids=[east.pk, west.pk])) == codes(hall())
    assert public(shown="open", point_ids=[east.pk, west.pk]).count() == 4
    assert codes(ending_first(limit=9, point_ids=[])) == [delivered.code]
    assert codes(nearest_to_next_tier(point_ids=[])) == [delivered.code]
    assert at_west.code in codes(hall())


def test_the_biggest_drop_is_below_the_regular_price_now(merchant: Merchant) -> None:
    """From what one pays at present, not from the lowest step; before the first step its price counts."""
    mild = make_open(merchant, skus=[make_sku(merchant, price_fen=3000)])
    steep = make_open(merchant, skus=[make_sku(merchant, price_fen=5000)])
    moved = make_open(merchant, skus=[make_sku(merchant, price_fen=3990)])
    fill(moved, 10)
    drops = dict(with_drop(Campaign.objects.all()).values_list("code", "drop_fen"))
    assert drops == {mild.code: 10, steep.code: 2010, moved.code: 1600}
    assert codes(hall(sort="drop")) == [steep.code, moved.code, mild.code]


def test_a_drop_by_people_does_not_count_pieces(merchant: Merchant) -> None:
    campaign = make_open(merchant, basis=Basis.PARTICIPANTS)
    join_and_pay(make_user(), campaign, 5)
    assert with_drop(Campaign.objects.all()).get().drop_fen == 3990 - 2990


def test_the_drop_is_that_of_the_first_sku(merchant: Merchant) -> None:
    make_open(merchant, skus=[make_sku(merchant, price_fen=3990), make_sku(merchant, price_fen=9990)], quantity=20)
    assert with_drop(Campaign.objects.all()).get().drop_fen == 1000


def test_equal_drops_keep_their_order_from_page_to_page(merchant: Merchant) -> None:
    """Stable: the one that closes next first, then the older one."""
    now = timezone.now()
    campaigns = [make_open(merchant, now=now, closes_at=now + hours * HOUR) for hours in (5, 3, 5, 4)]
    wanted = [campaigns[index].code for index in (1, 3, 0, 2)]
    assert codes(hall(sort="drop")) == wanted
    assert [codes(hall(sort="drop", offset=at, limit=1)) for at in range(4)] == [[code] for code in wanted]


def test_what_runs_out_first_is_said_with_its_unit() -> None:
    """People where people are capped, pieces otherwise, and pieces where those go first."""
    now = timezone.now()
    make_open(now=now)
    make_open(now=now, max_participants=4)
    make_open(now=now, quantity=20, max_participants=30)
    assert {(card.places_left, card.left_basis) for card in hall()} == {
        (50, Basis.PIECES),
        (4, Basis.PARTICIPANTS),
        (20, Basis.PIECES),
    }


def test_a_page_of_the_hall_takes_the_same_queries_however_many_rows(merchant: Merchant) -> None:
    points = [make_point(merchant, name) for name in ("东门", "西门")]

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            hall(sort="drop", search="苹果", point_ids=[point.pk for point in points])
        return len(captured)

    make_open(merchant, points=points)
    few = queries()
    for _number in range(5):
        make_open(merchant, points=points)
    assert queries() == few
