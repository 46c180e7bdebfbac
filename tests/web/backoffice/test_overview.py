"""J1 and A5: the first page of a shop: what waits, how it goes, what runs, and for whom."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Merchant
from accounts.services.merchants import suspend
from campaigns.models import Campaign
from campaigns.services.reviewing import send_back, submit
from campaigns.services.settling import settle
from orders.models import Order, RefundLine
from payments.models import Refund
from tests.factories.accounts import make_merchant, make_operator, make_staff, make_user, owner_of
from tests.factories.campaigns import HOUR, fill, join_and_pay, make_draft, make_open
from tests.web.backoffice.desks import Desk

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]
DAY = dt.timedelta(days=1)


@pytest.fixture
def merchant() -> Merchant:
    return make_merchant("果园直发")


@pytest.fixture
def desk(merchant: Merchant) -> Desk:
    return Desk(owner_of(merchant), merchant)


def sold(merchant: Merchant, people: int = 5) -> list[Order]:
    """A campaign that reached ¥26.90 and is settled."""
    campaign = make_open(merchant, now=timezone.now() - 30 * HOUR)
    orders = fill(campaign, people, now=timezone.now() - 28 * HOUR)
    settle(campaign_id=campaign.pk, now=timezone.now())
    return orders


def tile(page: str, name: str) -> str:
    """What one of the numbers says, its tags left in."""
    return page.split(f'<span class="stat__name">{name}</span>')[1].split("</a>")[0]


class TestNumbers:
    """J1."""

    def test_a_week_in_numbers_with_what_the_falling_price_gave_back(self, desk: Desk, merchant: Merchant) -> None:
        sold(merchant)
        page = desk.read()
        assert "134.50" in tile(page, "成交额"), "5 × ¥29.90 − 5 × ¥3.00"
        assert ">5<" in tile(page, "付款订单")
        assert "29.90" in tile(page, "客单价")
        assert "100.0" in tile(page, "成团率")
        assert "0.0" in tile(page, "退款率")
        assert "还没有可比的" in tile(page, "成交额")
        assert 'role="img"' in page
        days = page.split("看数据")[1]
        assert "¥149.50" in days, "what was paid stands on its day"
        assert "−¥15.00" in days, "and what goes back on the day it was promised"

    def test_more_refunds_are_bad_news_and_more_revenue_is_good(self, desk: Desk, merchant: Merchant) -> None:
        first, second, *others = sold(merchant, people=6)
        Order.objects.filter(pk__in=[first.pk, second.pk]).update(paid_at=timezone.now() - 8 * DAY)
        Refund.objects.filter(payment__subject_number=others[0].number).update(kind="after_sales")
        RefundLine.objects.filter(order=others[0]).update(kind="after_sales")
        page = desk.read()
        assert "delta--good" in tile(page, "成交额")
        assert "delta--bad" in tile(page, "退款率")
        assert "↑" in tile(page, "退款率")
        assert "↑ 2<" in tile(page, "付款订单"), "four this week, two the week before"

    def test_every_tile_leads_to_its_rows(self, desk: Desk, merchant: Merchant) -> None:
        orders = sold(merchant)
        page = desk.read(days="30")
        for name, row in (("成交额", orders[0].number), ("成团率", "阿克苏苹果")):
            before = page.split(f'<span class="stat__name">{name}</span>')[0]
            address = before.rsplit('href="', 1)[1].split('"')[0]
            assert row in desk.client.get(address).content.decode(), name

    @pytest.mark.parametrize(
        ("asked", "shown"), [("1", "今天"), ("90", "近 90 天"), ("5000", "近 7 天"), ("x", "近 7 天")]
    )
    def test_the_range_is_one_of_four(self, desk: Desk, merchant: Merchant, asked: str, shown: str) -> None:
        make_open(merchant)
        page = desk.read(days=asked)
        assert f'aria-current="true">{shown}</a>' in page

    def test_a_new_shop_is_shown_the_first_steps_instead_of_noughts(self, desk: Desk) -> None:
        page = desk.read()
        assert "店开好了" in page
        assert "三步开第一个团" in page
        assert "订单待备货" not in page, "nothing can wait yet"
        assert "成交额" not in page
        assert desk.url("products/new/") in page

    def test_a_suspended_shop_hears_why_and_is_not_asked_to_open_campaigns(
        self, desk: Desk, merchant: Merchant
    ) -> None:
        make_open(merchant)
        assert desk.url("campaigns/new/") in desk.read("campaigns/")
        suspend(merchant=merchant, actor_id=make_operator().pk, note="执照过期", now=timezone.now())
        page = desk.read("campaigns/")
        assert "店铺已停用" in page
        assert "执照过期" in page
        assert desk.url("campaigns/new/") not in page


class TestWaiting:
    """J1."""

    def test_campaigns_that_were_sent_back_are_the_first_to_look_at(self, desk: Desk, merchant: Merchant) -> None:
        draft = submit(campaign=make_draft(merchant), actor_id=desk.person.pk, now=timezone.now())
        assert desk.url("campaigns/?state=in_review") in desk.read()
        send_back(campaign=draft, actor_id=make_operator().pk, note="图太糊", now=timezone.now())
        page = desk.read()
        assert "1 个被退回" in page
        assert desk.url("campaigns/?state=draft") in page

    def test_a_day_without_anything_to_do_says_so(self, desk: Desk, merchant: Merchant) -> None:
        make_open(merchant)
        page = desk.read()
        assert "没有等着你办的" in page
        assert "也没有等着来取的" in page
        submit(campaign=make_draft(merchant), actor_id=desk.person.pk, now=timezone.now())
        assert "先把这几件办了" in desk.read()

    def test_a_refund_that_did_not_arrive_within_a_day_is_counted_and_listed(
        self, desk: Desk, merchant: Merchant
    ) -> None:
        sold(merchant)
        late = Refund.objects.order_by("pk")[0]
        assert "都按时到账" in desk.read()
        Refund.objects.filter(pk=late.pk).update(requested_at=timezone.now() - 25 * HOUR)
        assert "超过 24 小时没到账" in desk.read()
        listed = desk.read("refunds/", state="stuck")
        assert late.number in listed
        assert listed.count("差价退款") == 1
        Refund.objects.filter(pk=late.pk).update(status="done", done_at=timezone.now())
        assert "都按时到账" in desk.read()


class TestRunning:
    def test_the_list_answers_only_when_something_changed(self, desk: Desk, merchant: Merchant) -> None:
        """J1: polled every fifteen seconds, 204 while nothing is new."""
        campaign = make_open(merchant)
        page = desk.read()
        mark = page.split("live/?seen=")[1].split('"')[0]
        assert desk.get("live/", seen=mark).status_code == 204

        join_and_pay(make_user(), Campaign.objects.get(pk=campaign.pk))
        changed = desk.get("live/", seen=mark)
        assert changed.status_code == 200
        assert "1 户 · 1 件" in changed.content.decode()
        assert "<html" not in changed.content.decode()

    def test_a_rival_s_campaign_is_not_in_it(self, desk: Desk) -> None:
        """A5."""
        make_open(make_merchant("隔壁果园"), title="隔壁的苹果")
        assert "隔壁的苹果" not in desk.read("live/")


@pytest.mark.parametrize(
    ("role", "reads", "reads_not"),
    [
        ("finance", ["成交额", "笔退款没到账", "订单待备货"], ["库存低于预警线", "进行中的团"]),
        ("warehouse", ["订单待备货", "库存低于预警线"], ["成交额", "进行中的团", "笔退款没到账"]),
        ("support", ["订单待备货"], ["成交额", "库存低于预警线", "进行中的团", "笔退款没到账"]),
        ("manager", ["成交额", "进行中的团", "库存低于预警线", "笔退款没到账"], []),
    ],
)
def test_everybody_reads_what_their_work_needs(
    merchant: Merchant, role: str, reads: list[str], reads_not: list[str]
) -> None:
    """A5."""
    make_open(merchant)
    page = Desk(make_staff(merchant, role), merchant).read()
    assert [words for words in reads if words not in page] == []
    assert [words for words in reads_not if words in page] == []
