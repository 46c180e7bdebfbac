"""My orders: how they stand, what came back, and taking them back."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import Merchant, User
from campaigns.models import Campaign, TierReached
from campaigns.services.settling import settle
from common import events
from orders.models import Order
from orders.services.fulfilment import mark_ready, verify_pickup
from orders.states import OrderStatus
from payments.models import Refund
from payments.services.sending import send_due
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import fill, join_and_pay, join_as, make_open
from tests.web.storefront.pages import browser_of, queries_of, says, text_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("scripted_gateway")]
DAY = dt.timedelta(days=1)


def url(order: Order, page: str = "") -> str:
    return f"/orders/{order.number}/{page}"


def bring_to_point(order: Order) -> str:
    """Settle the order's campaign and mark the order ready; returns its code."""
    campaign = Campaign.objects.get(code=order.source_code)
    later = timezone.now() + DAY
    settle(campaign_id=campaign.pk, now=later)
    events.drain(now=later)
    mark_ready(merchant=order.merchant, numbers=[order.number], actor_id=owner_of(order.merchant).pk, now=later)
    order.refresh_from_db()
    return order.pickup_code


def settled_order(alice: User) -> Order:
    """Alice paid ¥29.90 for two, and the price fell to ¥26.90."""
    campaign = make_open()
    order = join_and_pay(alice, campaign, 2)
    fill(campaign, 3)
    settle(campaign_id=campaign.pk, now=timezone.now() + DAY)
    order.refresh_from_db()
    return order


def test_an_order_tells_its_life_in_words() -> None:
    """D2: a timeline in sentences, newest first."""
    alice = make_user()
    page = says(browser_of(alice).get(url(join_and_pay(alice, make_open()))))
    assert "已参团，降价会告诉你" in page
    assert page.index("已付款 ¥29.90，参团成功") < page.index("下单成功，名额为你留着")


def test_the_difference_comes_with_its_sum_and_its_progress() -> None:
    """E3 C6: ¥29.90 − ¥26.90 = ¥3.00, two pieces, ¥6.00 back; progress visible until it has arrived."""
    alice = make_user()
    order = settled_order(alice)
    browser = browser_of(alice)
    page = says(browser.get(url(order)))
    assert "差价退款 ¥6.00" in page
    assert "付款价 ¥29.90 − 最终价 ¥26.90 = ¥3.00，共 2 件" in page
    assert "已到账" not in page

    send_due(now=timezone.now() + DAY, limit=10)
    page = says(browser.get(url(order)))
    assert "已到账" in page
    assert "实际花费 ¥ 53 .80" in page


def test_a_ready_order_shows_its_code_and_a_picture_of_it() -> None:
    """D5: the code in two groups, spelt out for screen readers, and as QR on white."""
    alice = make_user()
    order = join_and_pay(alice, make_open(), 3)
    code = bring_to_point(order)
    page = browser_of(alice).get(url(order))
    assert "到货了，等你来取" in says(page)
    assert f"{code[:4]} {code[4:]}" in says(page)
    assert " ".join(code) in says(page)
    assert 'class="pickup__qr" role="img"' in text_of(page)
    assert "<svg" in text_of(page).split("pickup__qr")[1][:200]


def test_leaving_asks_with_numbers_and_refunds_everything() -> None:
    """D2: the page says what will happen; the press does it."""
    alice = make_user()
    order = join_and_pay(alice, make_open(), 2)
    browser = browser_of(alice)
    assert "退出这个团" in says(browser.get(url(order)))
    assert "退出后 ¥59.80 全部退回，名额会让出来" in says(browser.get(url(order, "leave/")))

    done = browser.post(url(order, "leave/"), follow=True)

    assert "你退出了这个团" in says(done)
    assert Refund.objects.get().amount_fen == 5980
    again = browser.post(url(order, "leave/"))
    assert again["Location"] == url(order)
    assert Refund.objects.count() == 1


def test_an_unpaid_order_is_cancelled_without_money() -> None:
    alice = make_user()
    order = join_as(alice, make_open())
    browser = browser_of(alice)
    assert "取消后不扣钱" in says(browser.get(url(order, "leave/")))
    browser.post(url(order, "leave/"))
    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED
    assert not Refund.objects.exists()
    page = says(browser.get(url(order)))
    assert "没有付 ¥ 29 .90" in page
    assert "应付" not in page


def test_where_leaving_is_not_allowed_there_is_no_button_and_a_reason() -> None:
    alice = make_user()
    order = join_and_pay(alice, make_open(leaving_allowed=False))
    browser = browser_of(alice)
    assert "退出这个团" not in says(browser.get(url(order)))
    answer = browser.post(url(order, "leave/"))
    assert answer.status_code == 409
    assert "这个团参加后不能退出" in says(answer)


def test_an_order_of_somebody_else_is_not_there() -> None:
    """A5: neither the page nor its existence."""
    order = join_and_pay(make_user(), make_open())
    answer = browser_of(make_user(name="Bob")).get(url(order))
    assert answer.status_code == 404
    assert order.number not in says(answer)
    assert browser_of(make_user(name="Bob")).get("/orders/G00000000000000/").status_code == 404


def test_orders_stand_under_what_they_wait_for() -> None:
    alice = make_user()
    unpaid, paid = join_as(alice, make_open()), join_and_pay(alice, make_open())
    browser = browser_of(alice)
    to_pay = text_of(browser.get("/orders/", {"show": "to-pay"}))
    assert unpaid.number in to_pay
    assert paid.number not in to_pay
    assert paid.number in text_of(browser.get("/orders/", {"show": "joined"}))
    assert "这里没有订单" in says(browser.get("/orders/", {"show": "over"}))
    assert unpaid.number in text_of(browser.get("/orders/", {"show": "anything"}))


def test_the_list_says_what_an_order_cost_in_the_end() -> None:
    """E3: two at ¥29.90, ¥6.00 came back; and what was left came back whole."""
    alice = make_user()
    settled_order(alice)
    later = timezone.now() + DAY
    send_due(now=later, limit=10)
    events.drain(now=later)
    assert "实付 ¥53.80" in says(browser_of(alice).get("/orders/"))
    bob = make_user(name="Bob")
    left = join_and_pay(bob, make_open())
    browser_of(bob).post(url(left, "leave/"))
    events.drain(now=timezone.now())
    assert "全额退回 ¥29.90" in says(browser_of(bob).get("/orders/"))
    assert "实付" not in says(browser_of(bob).get("/orders/"))


def test_without_orders_the_page_shows_a_way_on() -> None:
    make_open()
    page = says(browser_of(make_user()).get("/orders/"))
    assert "还没有订单" in page
    assert "大厅里有 1 个团正在拼" in page


def test_queries_of_the_list_do_not_grow_with_orders() -> None:
    """No query in a loop."""
    alice = make_user()
    merchant = make_merchant()
    for _number in range(2):
        join_and_pay(alice, make_open(merchant))
    few = queries_of(browser_of(alice), "/orders/")
    for _number in range(4):
        join_and_pay(alice, make_open(merchant), 2)
    assert queries_of(browser_of(alice), "/orders/") == few


def test_the_merchant_can_be_reached_from_the_order() -> None:
    """D2: whoever misses something after picking up knows whom to call, and when."""
    alice = make_user()
    order = join_and_pay(alice, make_open(), 3)
    browser = browser_of(alice)
    assert "联系商家" not in says(browser.get(url(order)))
    Merchant.objects.update(service_phone="0571 8888 0001", service_hours="每天 9:00–18:00")
    page = browser.get(url(order))
    assert 'href="tel:057188880001"' in text_of(page)
    assert "联系商家 果园直发 · 每天 9:00–18:00" in says(page)
    code = bring_to_point(order)
    verify_pickup(actor=owner_of(order.merchant), code=code, now=timezone.now() + DAY)
    page = browser.get(url(order))
    assert "少了、坏了 48 小时内告诉我们" in says(page)
    assert "少了、坏了？联系商家" in says(page)


def test_leaving_says_how_many_pieces_others_get() -> None:
    """D2: with its numbers, in one and in many."""
    alice = make_user()
    order = join_and_pay(alice, make_open(), 2)
    page = says(browser_of(alice).get(url(order, "leave/")))
    assert "让出 2 件，邻居马上可以买走" in page
    assert "最晚 24 小时到账" in page


def test_the_timeline_tells_how_the_price_came_down_after_alice_had_paid() -> None:
    """D2: what neighbours reached before she came is not part of her story."""
    alice, campaign = make_user(), make_open()
    fill(campaign, 3)
    order = join_and_pay(alice, campaign, 1)
    fill(campaign, 1)
    events.drain(now=timezone.now())
    TierReached.objects.filter(tier__threshold=3).update(at=timezone.now() - DAY)
    page = says(browser_of(alice).get(url(order)))
    assert "满 5 件，降到 ¥26.90" in page
    assert "满 3 件" not in page
    assert "运费 ¥0.00 自提免运费" in page
