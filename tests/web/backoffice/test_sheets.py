"""D5: the papers of a campaign, a page for each point."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Merchant
from campaigns.models import Campaign
from campaigns.services.settling import settle
from orders.models import Order
from orders.services.fulfilment import mark_ready
from tests.factories.accounts import make_merchant, make_staff, make_user
from tests.factories.campaigns import HOUR, fill, make_open, make_point
from tests.web.backoffice.desks import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]


@pytest.fixture
def merchant() -> Merchant:
    return make_merchant("果园直发")


@pytest.fixture
def desk(merchant: Merchant) -> Desk:
    return Desk(make_staff(merchant, "warehouse"), merchant)


def two_points(merchant: Merchant, people: int = 4) -> tuple[Campaign, list[Order]]:
    """A campaign that succeeded; the last order is fetched at the second point."""
    points = [make_point(merchant, "东门", leader=make_user(name="王团长")), make_point(merchant, "西门")]
    campaign = make_open(merchant, now=timezone.now() - 30 * HOUR, points=points)
    orders = fill(campaign, people, now=timezone.now() - 28 * HOUR)
    Order.objects.filter(pk=orders[-1].pk).update(pickup_point=campaign.pickup_points.get(name="西门"))
    settle(campaign_id=campaign.pk, now=timezone.now())
    return campaign, orders


def test_each_point_has_its_page_with_its_heaps(desk: Desk, merchant: Merchant) -> None:
    campaign, orders = two_points(merchant)
    mark_ready(merchant=merchant, numbers=[orders[0].number], actor_id=desk.person.pk, now=timezone.now())
    page = desk.read(f"campaigns/{campaign.code}/picking/")
    east, west = page.split('<article class="paper')[1:]
    if "西门" in east.split("</h2>")[0]:
        east, west = west, east
    assert "共 3 件，3 单" in east
    assert "共 1 件，1 单" in west
    order = Order.objects.get(pk=orders[0].pk)
    assert order.pickup_code[-4:] in page
    assert order.pickup_code not in page, "a paper that lies about gives no code away"
    assert orders[0].buyer.phone not in page
    assert "还没备好" in west


def test_the_hand_over_sheet_is_counted_and_signed(desk: Desk, merchant: Merchant) -> None:
    campaign, _orders = two_points(merchant)
    page = desk.read(f"campaigns/{campaign.code}/handover/")
    assert page.count("收货人签字") == 2
    assert page.count("箱数") == 2
    assert "团长 王** 收货" in page
    assert "店里的人交货" in page


def test_what_was_left_or_missed_is_on_no_paper(desk: Desk, merchant: Merchant) -> None:
    campaign = make_open(merchant, now=timezone.now() - 30 * HOUR)
    fill(campaign, 1, now=timezone.now() - 28 * HOUR)
    settle(campaign_id=campaign.pk, now=timezone.now())
    assert "还没有要分拣的订单" in desk.read(f"campaigns/{campaign.code}/picking/")


def test_more_orders_ask_no_more(desk: Desk, merchant: Merchant) -> None:
    counts = []
    for people in (3, 8):
        campaign = make_open(merchant, now=timezone.now() - 30 * HOUR)
        fill(campaign, people, now=timezone.now() - 28 * HOUR)
        settle(campaign_id=campaign.pk, now=timezone.now())
        desk.read(f"campaigns/{campaign.code}/picking/")
        with CaptureQueriesContext(connection) as asked:
            desk.read(f"campaigns/{campaign.code}/picking/")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 25


def test_papers_are_for_who_hands_over(merchant: Merchant) -> None:
    """A5: support and finance print nothing, a rival finds nothing."""
    campaign, _orders = two_points(merchant)
    path = f"campaigns/{campaign.code}/handover/"
    assert {Desk(make_staff(merchant, role), merchant).get(path).status_code for role in ("support", "finance")} == {
        403
    }
    rival = make_merchant("隔壁果园")
    assert Desk(make_staff(rival), rival).get(path).status_code == 404


def test_the_campaign_and_its_orders_lead_to_the_papers(merchant: Merchant) -> None:
    campaign, _orders = two_points(merchant)
    manager = Desk(make_staff(merchant, "manager"), merchant)
    paper = manager.url(f"campaigns/{campaign.code}/picking/")
    assert paper in manager.read(f"campaigns/{campaign.code}/")
    assert paper in manager.read("orders/", campaign=campaign.code)
