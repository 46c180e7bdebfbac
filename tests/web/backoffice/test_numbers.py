"""J1 J6 C3: the numbers of a shop, from facts alone; every one opens its rows; channel codes and their funnels."""

import datetime as dt
import html
import json
import re
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Merchant
from accounts.states import StaffRole
from analytics.figures import Figures
from analytics.models import MerchantDay
from analytics.selectors.facts import Step, add, report
from analytics.services.folding import rebuild
from analytics.services.visiting import record_visit
from campaigns.models import Campaign
from campaigns.services.leaving import withdraw
from common.clock import day_of
from marketing.models import ChannelCode
from marketing.services.channels import credit_channel, make_channel
from tests.factories.accounts import make_merchant, make_staff, make_user, owner_of
from tests.factories.campaigns import fill, join_and_pay, join_as, make_open
from tests.web.backoffice.desks import Desk
from web.numbers.asked import read_asked
from web.numbers.tiles import tile_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]

DAY = dt.timedelta(days=1)
TODAY = dt.date(2026, 5, 20)


@pytest.fixture
def merchant() -> Merchant:
    return make_merchant("果园直发", now=timezone.now() - 60 * DAY)


@pytest.fixture
def desk(merchant: Merchant) -> Desk:
    return Desk(owner_of(merchant), merchant)


@pytest.fixture
def campaign(merchant: Merchant) -> Campaign:
    now = timezone.now()
    return make_open(merchant, now=now - 2 * DAY, closes_at=now + DAY)


def board(merchant: Merchant, **changes: Any) -> ChannelCode:
    fields: dict[str, Any] = {"name": "东门", "kind": "board", "actor_id": None, "now": timezone.now()}
    return make_channel(merchant=merchant, **(fields | changes))


def count() -> None:
    """The days of the campaign are counted; before it there was nothing."""
    now = timezone.now()
    rebuild(since=day_of(now - 3 * DAY), until=day_of(now), now=now)


def data_of(page: str, name: str) -> dict[str, Any]:
    found = re.search(rf'id="data-{name}" type="application/json">(.*?)</script>', page)
    assert found, name
    data: dict[str, Any] = json.loads(found[1])
    return data


def test_the_page_says_what_the_facts_say_and_leads_to_the_orders(
    desk: Desk, merchant: Merchant, campaign: Campaign
) -> None:
    """J1: three looked, two joined, one paid, who is a new customer."""
    for person in "123":
        record_visit(person=person, merchant_id=merchant.pk, campaign_id=campaign.pk, now=timezone.now())
    paid = join_and_pay(make_user(name="Alice"), campaign)
    unpaid = join_as(make_user(name="Bob"), campaign)
    count()
    page = desk.read("numbers/")
    for said in ("转化率", "33.3", "客单价", "29.90", "复购率", "成团率", "新客", "优惠成本"):
        assert said in page
    assert data_of(page, "funnel")["series"] == [
        {"name": "访客", "line": False, "values": [0] * 29 + [3]},
        {"name": "下单人数", "line": False, "values": [0] * 29 + [2]},
        {"name": "付款人数", "line": False, "values": [0] * 29 + [1]},
    ]
    links = [html.unescape(link) for link in re.findall(r'href="([^"]*orders/\?[^"]*)"', page)]
    placed = next(link for link in links if "by=placed" in link)
    new = next(link for link in links if "only=new" in link)
    shown = [desk.client.get(link).content.decode() for link in (placed, new)]
    assert [(paid.number in each, unpaid.number in each) for each in shown] == [(True, True), (True, False)]


def test_refunds_and_results_lead_to_their_own_lists(desk: Desk, merchant: Merchant, campaign: Campaign) -> None:
    order = join_and_pay(make_user(), campaign)
    withdraw(buyer=order.buyer, order=order, now=timezone.now())
    count()
    page = desk.read("numbers/")
    refunds = next(html.unescape(link) for link in re.findall(r'href="([^"]*refunds/\?[^"]*)"', page))
    assert "29.90" in desk.client.get(refunds).content.decode()
    assert re.search(r'href="[^"]*campaigns/\?state=decided', page)


def test_new_and_old_customers_orders_can_be_told_apart(desk: Desk, merchant: Merchant, campaign: Campaign) -> None:
    """J1: two orders on one day are both a new customer's; the next day's is an old one's."""
    alice, now = make_user(name="Alice"), timezone.now()
    first = [join_and_pay(alice, campaign, now=now - DAY) for _time in range(2)]
    again = join_and_pay(alice, campaign, now=now)
    new, old = desk.read("orders/", only="new"), desk.read("orders/", only="old")
    assert [(order.number in new, order.number in old) for order in (*first, again)] == [
        (True, False),
        (True, False),
        (False, True),
    ]


def test_an_empty_shop_is_told_what_will_stand_here(desk: Desk) -> None:
    assert "这段时间还没有数据" in desk.read("numbers/")


def test_a_page_of_numbers_asks_as_much_for_many_days_and_orders_as_for_few(
    desk: Desk, merchant: Merchant, campaign: Campaign
) -> None:
    """J1: facts alone: no query reads orders, refunds or visits."""

    def asked() -> list[str]:
        count()
        with CaptureQueriesContext(connection) as queries:
            desk.read("numbers/", days=365, step="week")
        return [query["sql"] for query in queries]

    fill(campaign, 1)
    few = asked()
    fill(campaign, 4)
    fill(make_open(merchant), 2)
    many = asked()
    assert len(many) == len(few) <= 16
    heavy = [sql for sql in many if re.search(r'FROM "(orders_orderline|payments_refund|analytics_visit)"', sql)]
    assert heavy == []


def test_weeks_begin_on_monday_and_add_up_to_the_period() -> None:
    """J1: 20 May 2026 is a Wednesday; the week of the 11th is whole, the first one is cut."""
    merchant = make_merchant()
    for back in range(14):
        MerchantDay.objects.create(merchant=merchant, day=TODAY - back * DAY, orders=1, paid_fen=100 * back)
    facts = MerchantDay.objects.filter(merchant=merchant)
    found = report(facts, since=TODAY - 9 * DAY, until=TODAY, step=Step.WEEK)
    assert [(each.since.day, each.until.day, each.figures.orders) for each in found.stretches] == [
        (11, 17, 7),
        (18, 20, 3),
    ]
    assert (found.now.orders, found.before.orders) == (10, 4)
    assert add(each.figures for each in found.stretches) == found.now
    months = report(facts, since=dt.date(2026, 4, 20), until=TODAY, step=Step.MONTH).stretches
    assert [(each.since.month, each.figures.orders) for each in months] == [(4, 0), (5, 14)]


@pytest.mark.parametrize(
    ("query", "days", "step"),
    [
        ({}, 30, "day"),
        ({"days": "90"}, 90, "week"),
        ({"days": "365", "step": "day"}, 365, "month"),
        ({"days": "8", "step": "x"}, 30, "day"),
    ],
)
def test_what_is_no_range_of_ours_is_the_usual_one(query: dict[str, str], days: int, step: str) -> None:
    asked = read_asked(query, today=TODAY)
    assert (asked.days, asked.step.value) == (days, step)


def test_a_number_that_should_fall_is_good_when_it_falls() -> None:
    now, before = Figures(paid_fen=1000, returned_fen=100), Figures(paid_fen=1000, returned_fen=200)
    fallen = tile_of("refund_bp", now, before, against="", url="")
    assert (fallen.value, fallen.unit, fallen.moved, fallen.verdict) == ("10.0", "%", "↓ 10.0 点", "good")
    assert tile_of("returned_fen", before, now, against="", url="").verdict == "bad"
    nothing = tile_of("benefit_return", now, before, against="", url="")
    assert (nothing.value, nothing.moved) == ("–", "")
    twice = tile_of(
        "benefit_return", Figures(benefit_paid_fen=550, merchant_benefit_fen=100), before, against="", url=""
    )
    assert (twice.value, twice.unit) == ("5.5", "倍")


def test_a_code_is_made_printed_and_watched(desk: Desk, merchant: Merchant, campaign: Campaign) -> None:
    """C3 J6: from the form to the funnel, and the orders behind it."""
    sent = {"name": " 东门 公告栏 ", "kind": "board", "campaign": campaign.code, "idempotency_key": "k"}
    answers = [desk.post("channels/", fields=sent) for _time in range(2)]
    channel = ChannelCode.objects.get()
    assert [answer["Location"] for answer in answers] == [desk.url(f"channels/{channel.code}/")] * 2
    assert (channel.name, channel.campaign, channel.merchant) == ("东门 公告栏", campaign, merchant)
    picture = desk.get(f"channels/{channel.code}/qr.svg")
    assert (picture["Content-Type"], picture.content[:5]) == ("image/svg+xml", b"<?xml")
    for person in "12":
        record_visit(person=person, merchant_id=merchant.pk, channel_id=channel.pk, now=timezone.now())
    order, other = join_and_pay(make_user(), campaign), join_and_pay(make_user(), campaign)
    credit_channel(order=order, channel=channel)
    count()
    page = desk.read(f"channels/{channel.code}/")
    assert f"/c/{channel.code}/" in page
    assert "50%" in page
    orders = desk.read("orders/", state="all", channel=channel.code)
    assert (order.number in orders, other.number in orders) == (True, False)
    assert "东门 公告栏" in desk.read("channels/")
    assert "东门 公告栏" in desk.read("numbers/")


def test_two_codes_of_a_shop_have_two_names(desk: Desk, merchant: Merchant) -> None:
    board(merchant)
    board(make_merchant("别家"))
    answer = desk.post("channels/", name="东门", kind="store")
    assert answer.status_code == 400
    assert "已经有一个叫这个名字的渠道码了" in answer.content.decode()
    assert ChannelCode.objects.filter(merchant=merchant).count() == 1


def test_a_code_never_opens_another_shop_s_campaign(desk: Desk) -> None:
    theirs = make_open()
    assert desk.post("channels/", name="东门", kind="board", campaign=theirs.code).status_code == 400
    assert not ChannelCode.objects.exists()


def test_a_code_is_retired_and_used_again(desk: Desk, merchant: Merchant) -> None:
    channel = board(merchant)
    desk.post(f"channels/{channel.code}/switch/", to="off")
    assert ChannelCode.objects.get().retired_at is not None
    assert "已停用" in desk.read("channels/")
    desk.post(f"channels/{channel.code}/switch/", to="on")
    assert ChannelCode.objects.get().retired_at is None


def test_the_page_of_a_campaign_shows_how_many_looked_joined_and_paid(
    desk: Desk, merchant: Merchant, campaign: Campaign
) -> None:
    """J6: the funnel of a campaign; nothing of it while nobody has looked."""
    assert "从看到到付款" not in desk.read(f"campaigns/{campaign.code}/")
    for person in "1234":
        record_visit(person=person, merchant_id=merchant.pk, campaign_id=campaign.pk, now=timezone.now())
    fill(campaign, 1)
    count()
    page = desk.read(f"campaigns/{campaign.code}/")
    assert "从看到到付款" in page
    assert "25%" in page


def test_who_keeps_the_books_sees_numbers_but_makes_no_codes(merchant: Merchant, campaign: Campaign) -> None:
    """A5: finance reads; the warehouse does not."""
    fill(campaign, 1)
    count()
    finance = Desk(make_staff(merchant, StaffRole.FINANCE), merchant)
    assert "channels/" not in finance.read("numbers/")
    assert finance.get("channels/").status_code == 403
    assert Desk(make_staff(merchant, StaffRole.WAREHOUSE), merchant).get("numbers/").status_code == 403
