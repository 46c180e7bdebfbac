"""Lists ask the database as often for many rows as for few."""

from collections.abc import Callable

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Merchant
from campaigns.models import Campaign
from campaigns.services.settling import settle
from community.services.tagging import tag_customer
from payments.models import Refund
from payments.states import RefundStatus
from tests.factories.accounts import make_merchant, make_staff, make_user, owner_of
from tests.factories.campaigns import HOUR, fill, make_draft, make_open, make_point
from tests.factories.catalog import make_product
from tests.web.backoffice.desks import Desk
from tests.web.storefront.pages import next_of
from web import counting

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]


def products(merchant: Merchant, rows: int) -> None:
    for _row in range(rows):
        make_product(merchant, specifications=("小", "大"))


def campaigns(merchant: Merchant, rows: int) -> None:
    for _row in range(rows):
        fill(make_open(merchant), 1)


def drafts(merchant: Merchant, rows: int) -> None:
    for _row in range(rows):
        make_draft(merchant)


def settled_orders(merchant: Merchant, rows: int) -> None:
    """Orders to prepare, each with a difference refund but the last ones."""
    campaign = make_open(merchant, now=timezone.now() - 30 * HOUR)
    fill(campaign, max(rows, 5), now=timezone.now() - 28 * HOUR)
    settle(campaign_id=campaign.pk, now=timezone.now())


def customers(merchant: Merchant, rows: int) -> None:
    for order in fill(make_open(merchant), rows):
        tag_customer(
            merchant=merchant, code=order.buyer.code, name="熟客", actor_id=owner_of(merchant).pk, now=timezone.now()
        )


def points(merchant: Merchant, rows: int) -> None:
    for row in range(rows):
        make_point(merchant, f"点 {make_user().pk} {row}", leader=make_user())


def people(merchant: Merchant, rows: int) -> None:
    for _row in range(rows):
        make_staff(merchant)


@pytest.mark.parametrize(
    ("path", "grow"),
    [
        ("", campaigns),
        ("products/", products),
        ("stock/", products),
        ("campaigns/new/", products),
        ("campaigns/", campaigns),
        ("campaigns/?state=draft", drafts),
        ("orders/", settled_orders),
        ("customers/", customers),
        ("refunds/", settled_orders),
        ("points/", points),
        ("staff/", people),
    ],
)
def test_a_list_with_more_rows_asks_no_more(path: str, grow: Callable[[Merchant, int], None]) -> None:
    merchant = make_merchant()
    desk = Desk(owner_of(merchant), merchant)
    counts = []
    for rows in (2, 6):
        grow(merchant, rows)
        desk.read(path)
        with CaptureQueriesContext(connection) as asked:
            desk.read(path)
        counts.append(len(asked))
    assert counts[0] == counts[1]
    assert counts[1] <= 31


def test_a_campaign_with_more_people_asks_no_more() -> None:
    merchant = make_merchant()
    desk = Desk(owner_of(merchant), merchant)
    campaign = make_open(merchant)
    counts = []
    for people_more in (2, 5):
        fill(Campaign.objects.get(pk=campaign.pk), people_more)
        desk.read(f"campaigns/{campaign.code}/")
        with CaptureQueriesContext(connection) as asked:
            desk.read(f"campaigns/{campaign.code}/")
        counts.append(len(asked))
    assert counts[0] == counts[1] <= 35


def test_products_are_read_on_from_where_one_stands() -> None:
    """Reliability 17: a link of old leads to the beginning."""
    merchant = make_merchant()
    desk = Desk(owner_of(merchant), merchant)
    first, *others = [make_product(merchant, name=f"第 {row:02d} 种").name for row in range(21)]
    page = desk.read("products/")
    assert (first in page, all(name in page for name in others)) == (False, True)
    assert first in desk.read(f"products/{next_of(page)}")
    assert first not in desk.read("products/?page=2")


def test_campaigns_that_are_over_are_counted_so_far_and_those_to_come_to_the_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Reliability 17: nobody counts the past."""
    merchant = make_merchant()
    desk = Desk(owner_of(merchant), merchant)
    monkeypatch.setattr(counting, "MOST_COUNTED", 2)
    drafts(merchant, 3)
    for _campaign in range(3):
        settle(campaign_id=make_open(merchant, now=timezone.now() - 30 * HOUR).pk, now=timezone.now())
    page = desk.read("campaigns/")
    assert '草稿<span class="count">3</span>' in page
    assert '未成团<span class="count">2+</span>' in page
    assert '有结果<span class="count">2+</span>' in page
    assert '已成团<span class="count">0</span>' in page
    assert '全部<span class="count">2+</span>' in page


def test_refunds_that_arrived_are_counted_so_far_and_added_up_where_somebody_narrows_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Reliability 17: what is on its way is counted to the last one."""
    merchant = make_merchant()
    desk = Desk(owner_of(merchant), merchant)
    settled_orders(merchant, 5)
    refunds = Refund.objects.filter(payment__merchant=merchant)
    monkeypatch.setattr(counting, "MOST_COUNTED", 2)
    assert f"{refunds.count()} 笔，共" in desk.read("refunds/")

    refunds.update(status=RefundStatus.DONE, done_at=timezone.now())
    page = desk.read("refunds/")
    assert '全部<span class="count">2+</span>' in page
    assert "退款太多，不在这里合计" in page
    assert "2+ 笔，共 ¥" in desk.read("refunds/", kind="difference")
    monkeypatch.setattr(counting, "MOST_ADDED_UP", 2)
    assert "退款太多" in desk.read("refunds/", kind="difference")
