"""Home, hall and campaign: what anybody may look at."""

import datetime as dt
import re
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign
from campaigns.services.cancelling import cancel
from campaigns.services.settling import settle
from campaigns.states import WhenMissed
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import fill, join_and_pay, join_as, make_draft, make_open, make_point
from tests.factories.catalog import make_category, make_sku
from tests.web.storefront.pages import browser_of, queries_of, says, text_of
from tests.web.storefront.test_orders import bring_to_point

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("scripted_gateway")]
DAY = dt.timedelta(days=1)


def page_of(campaign: Campaign) -> str:
    return f"/campaigns/{campaign.code}/"


def test_a_visitor_sees_how_far_it_is_to_the_next_price(client: Client) -> None:
    """C2 C15: 还差 N 件降到 ¥x, and the price that is guaranteed."""
    campaign = make_open()
    fill(campaign, 3)
    page = says(client.get(page_of(campaign)))
    assert "再来 2 件，每件都降 ¥3.00" in page
    assert "已参团 3 户 · 3 件" in page
    assert "参团 ¥29.90" in page


def test_before_the_first_step_the_page_says_what_is_missing(client: Client) -> None:
    campaign = make_open(thresholds=(10, 20), prices_fen=(2990, 2390), minimum=10)
    page = says(client.get(page_of(campaign)))
    assert "还差 10 件成团，成团价 ¥29.90" in page
    assert "没成团就全额退款，不用申请" in page


def test_the_rules_come_from_the_campaigns_own_fields(client: Client) -> None:
    """C1: minimum, payment time, limit, fulfilment, refunds and what happens when it is missed are on the page."""
    campaign = make_open(
        payment_minutes=20,
        limit_per_person=4,
        delivers=True,
        freight_fen=600,
        free_freight_from_fen=9900,
        leaving_allowed=False,
        when_missed=WhenMissed.EXTEND,
        extend_hours=24,
    )
    page = says(client.get(page_of(campaign)))
    for sentence in (
        "截止前满 3 件，只数已付款的",
        "名额留 20 分钟",
        "每人 4 件",
        "运费 ¥6.00 ，满 ¥99.00 包邮",
        "参团后不能退出",
        "延长一次，24 小时；还不够就全额退款",
        "文三路 1 号",
    ):
        assert sentence.replace(" ，", "，") in page.replace(" ，", "，")


def test_a_subsidised_campaign_says_that_the_merchant_paid_for_it(client: Client) -> None:
    """C14: disclosed to buyers, with the members there were."""
    now = timezone.now()
    campaign = make_open(now=now - 2 * DAY, when_missed=WhenMissed.SUBSIDY)
    fill(campaign, 1, now=now - 2 * DAY)
    settle(campaign_id=campaign.pk, now=now)
    page = says(client.get(page_of(campaign)))
    assert "由商家补贴成团，最终价 ¥29.90" in page
    assert "已参团 1 户 · 1 件" in page


def test_a_missed_campaign_says_by_how_much_and_where_the_money_is(client: Client) -> None:
    now = timezone.now()
    campaign = make_open(now=now - 2 * DAY)
    fill(campaign, 1, now=now - 2 * DAY)
    settle(campaign_id=campaign.pk, now=now)
    page = says(client.get(page_of(campaign)))
    assert "差 2 件没有成团" in page
    assert "付过的钱全部原路退回，不用申请" in page
    assert "已截止，不能再参团" in page


def test_neighbours_are_shown_by_masked_name(client: Client) -> None:
    campaign = make_open()
    join_and_pay(make_user(name="欧阳小明"), campaign)
    page = text_of(client.get(page_of(campaign)))
    assert "欧****" not in page
    assert "欧***" in page
    assert "欧阳小明" not in page


def test_who_has_joined_finds_their_order_there() -> None:
    alice = make_user()
    campaign = make_open()
    order = join_and_pay(alice, campaign, 2)
    page = browser_of(alice).get(page_of(campaign))
    assert "你已参团 2 件，降价会告诉你" in says(page)
    assert f"/orders/{order.number}/" in text_of(page)
    assert "已参团 · 再加一件" in says(page)


def test_a_draft_is_not_there_even_for_its_address(client: Client) -> None:
    answer = client.get(page_of(make_draft()))
    assert answer.status_code == 404
    assert "没有这个团" in says(answer)
    assert "/campaigns/" in text_of(answer)


def test_a_cancelled_campaign_tells_its_reason_to_those_who_joined(client: Client) -> None:
    """C6: cancelled with a reason."""
    alice = make_user()
    campaign = make_open()
    join_and_pay(alice, campaign)
    cancel(campaign=campaign, actor_id=owner_of(campaign.merchant).pk, reason="大棚被雪压坏了", now=timezone.now())
    settle(campaign_id=campaign.pk, now=timezone.now())
    assert "大棚被雪压坏了" in says(browser_of(alice).get(page_of(campaign)))
    assert client.get(page_of(campaign)).status_code == 404


def poll_of(page: str) -> str:
    """The address a page asks whether its ladder has moved."""
    found = re.search(r'hx-get="([^"]+/ladder/[^"]*)"', page)
    assert found
    return unescape(found[1])


def test_the_ladder_is_polled_quietly_and_stops_when_it_is_over(client: Client) -> None:
    """C2: live without reloading: 204 while nothing changed, the ladder when it did, 286 at the end."""
    now = timezone.now()
    campaign = make_open(now=now)
    poll = poll_of(text_of(client.get(page_of(campaign))))
    assert client.get(poll).status_code == 204

    fill(campaign, 3, now=now)
    changed = client.get(poll, headers={"HX-Request": "true"})
    assert changed.status_code == 200
    assert "再来 2 件" in says(changed)
    assert 'id="join-phone" hx-swap-oob' in text_of(changed)

    settle(campaign_id=campaign.pk, now=now + DAY)
    over = client.get(poll_of(text_of(changed)))
    assert over.status_code == 286
    assert "hx-get" not in text_of(over)


def test_the_button_of_who_has_joined_is_left_alone(client: Client) -> None:
    """C2: their button says no price, so the ladder that moves brings none for it."""
    alice, campaign = make_user(), make_open()
    join_and_pay(alice, campaign)
    browser = browser_of(alice)
    poll = poll_of(text_of(browser.get(page_of(campaign))))
    fill(campaign, 3)
    changed = browser.get(poll, headers={"HX-Request": "true"})
    assert changed.status_code == 200
    assert "join-phone" not in text_of(changed)


def test_the_hall_swaps_only_the_cards_that_changed(client: Client) -> None:
    """C2: one request for all cards that are visible."""
    busy, quiet = make_open(title="忙"), make_open(title="闲")
    seen = re.findall(r'name="seen" value="([^"]+)"', text_of(client.get("/campaigns/")))
    assert len(seen) == 2
    assert client.get("/campaigns/progress/", {"seen": seen}).status_code == 204
    fill(busy, 1)
    changed = text_of(client.get("/campaigns/progress/", {"seen": seen}))
    assert f'id="camp-{busy.code}"' in changed
    assert quiet.code not in changed


def test_the_hall_filters_sorts_and_searches_by_address(client: Client) -> None:
    """C2: every view of the hall is a link."""
    merchant = make_merchant()
    fruit = make_category("水果")
    make_open(merchant, title="脐橙 5 斤", skus=[make_sku(merchant, category_id=fruit.pk)])
    make_open(merchant, title="抽纸 24 包", skus=[make_sku(merchant, category_id=make_category("日用").pk)])
    assert "2 个团" in says(client.get("/campaigns/"))
    only_fruit = says(client.get("/campaigns/", {"category": fruit.pk}))
    assert "1 个团" in only_fruit
    assert "抽纸" not in only_fruit
    assert "1 个团" in says(client.get("/campaigns/", {"q": "抽纸"}))
    assert "没有找到「车厘子」" in says(client.get("/campaigns/", {"q": "车厘子"}))
    assert "这里还没有团" in says(client.get("/campaigns/", {"shown": "ended"}))


@pytest.mark.parametrize("query", [{"page": "x"}, {"page": "-1"}, {"page": "99"}, {"category": "1;--"}, {"sort": "?"}])
def test_the_hall_makes_sense_of_any_address(client: Client, query: dict[str, str]) -> None:
    assert client.get("/campaigns/", query).status_code == 200


def test_an_empty_shop_says_so_and_shows_a_way_on(client: Client) -> None:
    page = client.get("/")
    assert "还没有团在拼" in says(page)
    assert "/me/apply/" in text_of(page)


def test_home_opens_with_what_waits_for_me() -> None:
    """Home says first what has to be paid."""
    alice = make_user()
    campaign = make_open()
    from_bob = join_and_pay(make_user(name="Bob"), campaign)
    page = text_of(browser_of(alice).get("/"))
    assert from_bob.number not in page
    assert campaign.code in page


def test_home_opens_with_what_lapses_however_much_lies_ready() -> None:
    """What has to be paid in minutes stands before what can be fetched all week; only the leader is told what waits."""
    leader, merchant, alice = make_user(name="周姐"), make_merchant(), make_user()
    point = make_point(merchant, leader=leader)
    for _ in range(3):
        bring_to_point(join_and_pay(alice, make_open(merchant, points=[point]), 3))
    unpaid = join_as(alice, make_open(merchant))
    page = text_of(browser_of(alice).get("/"))
    assert page.index(f"/orders/{unpaid.number}/pay/") < page.index("到货了，等你来取")
    assert page.count("到货了，等你来取") == 2
    assert "等邻居来取" not in page
    assert "3 单等邻居来取" in says(browser_of(leader).get("/"))


def test_a_campaign_that_is_over_leads_on_to_others(client: Client) -> None:
    now = timezone.now()
    campaign = make_open(now=now - 2 * DAY)
    fill(campaign, 1, now=now - 2 * DAY)
    assert "别的团" not in says(client.get(page_of(make_open())))
    settle(campaign_id=campaign.pk, now=now)
    page = says(client.get(page_of(campaign)))
    assert "别的团" in page
    assert "已截止，不能再参团" in page


def test_an_early_bird_reads_the_price_it_pays(client: Client) -> None:
    """C10: the sentence about paying names what the button names."""
    campaign = make_open(early_bird_orders=5, early_bird_price_fen=2590)
    page = says(client.get(page_of(campaign)))
    assert "现在付 ¥25.90" in page
    assert "参团 ¥25.90" in page


def test_queries_of_home_and_hall_do_not_grow_with_campaigns(client: Client) -> None:
    """No query in a loop, however many rows."""
    merchant = make_merchant()
    for number in range(2):
        fill(make_open(merchant, title=f"团 {number}"), 1)
    few = queries_of(client, "/"), queries_of(client, "/campaigns/")
    for number in range(2, 7):
        fill(make_open(merchant, title=f"团 {number}"), 2)
    many = queries_of(client, "/"), queries_of(client, "/campaigns/")
    assert many == few


def test_queries_of_a_campaign_do_not_grow_with_neighbours_or_skus(client: Client) -> None:
    merchant = make_merchant()
    small = make_open(merchant)
    fill(small, 1)
    big = make_open(merchant, skus=[make_sku(merchant) for _number in range(4)], quantity=20)
    fill(big, 6)
    assert queries_of(client, page_of(small)) == queries_of(client, page_of(big))
