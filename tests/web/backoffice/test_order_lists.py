"""D5: any order of a shop is found by what one knows of it, and a batch of them is made ready knowingly."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Merchant
from campaigns.services.settling import settle
from orders.models import Order
from orders.services.fulfilment import mark_ready
from tests.factories.accounts import make_merchant, make_staff, owner_of
from tests.factories.campaigns import HOUR, fill, make_open, make_point
from tests.web.backoffice.desks import Desk, words
from tests.web.storefront.pages import next_of
from web import counting
from web.backoffice.orders import bulk
from web.keyset import keyset_page

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]
DAY = dt.timedelta(days=1)


@pytest.fixture
def merchant() -> Merchant:
    return make_merchant("果园直发")


@pytest.fixture
def desk(merchant: Merchant) -> Desk:
    return Desk(owner_of(merchant), merchant)


def succeeded(merchant: Merchant, people: int = 3, point: str = "东门") -> list[Order]:
    campaign = make_open(merchant, now=timezone.now() - 30 * HOUR, points=[make_point(merchant, point)])
    orders = fill(campaign, people, now=timezone.now() - 28 * HOUR)
    settle(campaign_id=campaign.pk, now=timezone.now())
    return orders


def listed(page: str, orders: list[Order]) -> list[int]:
    """Which of these orders a page shows, by their place."""
    return [place for place, order in enumerate(orders) if order.number in page]


class TestNarrowing:
    def test_by_point_campaign_and_what_went_back(self, desk: Desk, merchant: Merchant) -> None:
        east, west = succeeded(merchant, 5, "东门"), succeeded(merchant, 3, "西门")
        orders = east + west
        point = east[0].pickup_point
        assert point
        assert listed(desk.read("orders/", state="all", point=point.code), orders) == [0, 1, 2, 3, 4]
        assert listed(desk.read("orders/", campaign=west[0].source_code), orders) == [5, 6, 7]
        assert listed(desk.read("orders/", refund="difference"), orders) == [0, 1, 2, 3, 4]
        assert listed(desk.read("orders/", refund="returned"), orders) == []
        assert listed(desk.read("orders/", refund="on-its-way", point=point.code), orders) == [0, 1, 2, 3, 4]
        assert listed(desk.read("orders/", point="door"), orders) == []

    def test_by_the_days_of_payment_both_included(self, desk: Desk, merchant: Merchant) -> None:
        orders = succeeded(merchant)
        midnight = timezone.make_aware(dt.datetime(2026, 5, 20), timezone.get_default_timezone())
        for order, paid_at in zip(orders, (midnight, midnight + DAY - HOUR / 60, midnight + DAY), strict=True):
            Order.objects.filter(pk=order.pk).update(paid_at=paid_at)
        day = {"from": "2026-05-20", "to": "2026-05-20"}
        assert listed(desk.client.get(desk.url("orders/"), day).content.decode(), orders) == [0, 1]
        assert listed(desk.client.get(desk.url("orders/"), {"from": "2026-05-21"}).content.decode(), orders) == [2]
        assert desk.client.get(desk.url("orders/"), {"from": "2026-13-41", "to": "x"}).status_code == 200

    def test_by_the_tail_of_the_code_somebody_comes_with(self, desk: Desk, merchant: Merchant) -> None:
        orders = succeeded(merchant)
        mark_ready(merchant=merchant, numbers=[orders[0].number], actor_id=desk.person.pk, now=timezone.now())
        Order.objects.filter(pk=orders[0].pk).update(pickup_code="48219999")
        page = desk.read("orders/", q="9999")
        assert listed(page, orders) == [0]
        assert "48219999" not in page, "the list gives no code away"

    def test_the_sum_is_that_of_what_is_shown(self, desk: Desk, merchant: Merchant) -> None:
        orders = succeeded(merchant, 5)
        assert "5 个订单，5 件，合计 <strong>¥149.50</strong>" in desk.read("orders/")
        assert "1 个订单，1 件，合计 <strong>¥29.90</strong>" in desk.read("orders/", q=orders[0].number)
        assert "−¥3.00" in desk.read("orders/"), "the difference has a column of its own"

    def test_tabs_and_links_keep_what_was_asked(self, desk: Desk, merchant: Merchant) -> None:
        """The address is the view: it can be kept and passed on."""
        point = succeeded(merchant)[0].pickup_point
        assert point
        page = desk.read("orders/", state="preparing", point=point.code, refund="difference")
        assert (
            f"?state=ready&amp;point={point.code}&amp;refund=difference"
            in desk.get("orders/", point=point.code, refund="difference").content.decode()
        )
        assert f'value="{point.code}" selected' in page

    def test_nobody_narrows_to_a_rival_s_orders(self, desk: Desk, merchant: Merchant) -> None:
        """A5."""
        theirs = succeeded(make_merchant("隔壁果园"))
        point = theirs[0].pickup_point
        assert point
        for asked in ({"point": point.code}, {"campaign": theirs[0].source_code}, {"q": theirs[0].number}):
            page = desk.client.get(desk.url("orders/"), asked).content.decode()
            assert listed(page.split("</form>")[-1], theirs) == []
            assert "没有找到这样的订单" in page


class TestLongLists:
    """Reliability 17."""

    def test_the_next_page_goes_on_where_this_one_ends(
        self, desk: Desk, merchant: Merchant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        orders = succeeded(merchant, 4, "东门") + succeeded(merchant, 3, "西门")
        mark_ready(merchant=merchant, numbers=[orders[1].number], actor_id=desk.person.pk, now=timezone.now())
        monkeypatch.setattr(keyset_page, "__kwdefaults__", {**(keyset_page.__kwdefaults__ or {}), "size": 3})
        first = desk.read("orders/?state=all")
        assert listed(first, orders) == [4, 5, 6]
        second = desk.read(f"orders/{next_of(first)}")
        assert listed(second, orders) == [1, 2, 3], "of whatever state, newest first"
        assert 'href="?state=all"' in second
        last = desk.read(f"orders/{next_of(second)}")
        assert listed(last, orders) == [0]
        assert 'rel="next"' not in last
        assert listed(desk.read("orders/?state=all&page=3"), orders) == [4, 5, 6], "a link of old"

    def test_what_is_over_is_counted_so_far_and_added_up_where_somebody_narrows_it(
        self, desk: Desk, merchant: Merchant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Work that waits is counted to the last order."""
        monkeypatch.setattr(counting, "MOST_COUNTED", 2)
        orders = succeeded(merchant, 3, "东门") + succeeded(merchant, 4, "西门")
        Order.objects.filter(pk__in=[order.pk for order in orders[:3]]).update(status="completed")
        page = desk.read("orders/?state=handed")
        assert '已交货<span class="count">2+</span>' in page
        assert '待备货<span class="count">4</span>' in page
        assert '全部<span class="count">2+</span>' in page
        assert "订单太多，不在这里合计" in page
        narrowed = desk.read("orders/", state="handed", campaign=orders[0].source_code)
        assert "3 个订单，3 件，合计" in narrowed
        monkeypatch.setattr(counting, "MOST_ADDED_UP", 2)
        assert "订单太多" in desk.read("orders/", state="handed", campaign=orders[0].source_code)

    def test_a_part_of_a_number_finds_what_is_still_to_do(self, desk: Desk, merchant: Merchant) -> None:
        """Of the past the whole number is asked for, as the page says: only that has an index."""
        first, second, _third = succeeded(merchant)
        part = first.number[-6:]
        assert first.number in desk.read("orders/", q=part)
        Order.objects.update(status="completed")
        assert first.number not in desk.read("orders/", q=part)
        page = desk.read("orders/", q=first.number.lower())
        assert first.number in page
        assert second.number not in page


class TestLastView:
    def test_it_is_offered_again_until_let_go(self, desk: Desk, merchant: Merchant) -> None:
        succeeded(merchant)
        desk.read("orders/", state="ready", q="1234")
        assert 'href="?state=ready&q=1234"' in desk.read("orders/")
        assert "回到上次的筛选" not in desk.read("orders/", q="5678"), "not while another one is looked at"

        desk.get("orders/", forget="1")
        assert "回到上次的筛选" not in desk.read("orders/")

    def test_it_is_one_person_s_own(self, desk: Desk, merchant: Merchant) -> None:
        desk.read("orders/", q="1234")
        assert "回到上次的筛选" not in Desk(make_staff(merchant), merchant).read("orders/")


class TestReadyInBatches:
    def test_more_than_one_go_takes_asks_for_the_next(
        self, desk: Desk, merchant: Merchant, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(bulk, "MOST_AT_ONCE", 2)
        orders = succeeded(merchant)
        page = desk.read("orders/ready-all/")
        assert "待备货的一共 3 单，一次最多 2 单" in page
        shown = [order.number for order in orders if order.number in page]
        assert len(shown) == 2

        done = desk.client.post(desk.url("orders/ready-all/"), {"order": shown}, follow=True)
        assert "2 单已备好，已通知买家" in words(done)
        assert "把 1 单都标为已备好" in words(done)
        assert Order.objects.filter(status="ready").count() == 2

    def test_only_what_the_filter_finds_is_asked_about(self, desk: Desk, merchant: Merchant) -> None:
        east, west = succeeded(merchant, 3, "东门"), succeeded(merchant, 3, "西门")
        point = west[0].pickup_point
        assert point
        page = desk.read("orders/ready-all/", state="preparing", point=point.code)
        assert listed(page, east + west) == [3, 4, 5]

    def test_afterwards_one_is_where_one_was(self, desk: Desk, merchant: Merchant) -> None:
        order = succeeded(merchant)[0]
        listed_again = desk.client.post(f"{desk.url('orders/ready/')}?q=1", {"order": [order.number]})
        assert listed_again.headers["Location"] == desk.url("orders/?state=preparing&q=1")
        alone = desk.post("orders/ready/", order=[order.number], alone="1")
        assert alone.headers["Location"] == desk.url(f"orders/{order.number}/")
