"""The quote page and the press that makes an order of it."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.services.addresses import add_address
from campaigns.models import Campaign
from orders.models import Order
from tests.factories.accounts import make_merchant, make_staff, make_user
from tests.factories.campaigns import fill, join_as, make_open, make_point
from tests.web.storefront.pages import Page, browser_of, hidden, says, text_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("scripted_gateway")]


def join_page(campaign: Campaign) -> str:
    return f"/campaigns/{campaign.code}/join/"


def form_of(page: Page, campaign: Campaign, pieces: int = 1, **changes: Any) -> dict[str, Any]:
    """What the browser would post."""
    sku = campaign.skus.order_by("position")[0].sku.code
    return {
        f"quantity-{sku}": pieces,
        "where": hidden(page, "quoted_where"),
        "quoted_where": hidden(page, "quoted_where"),
        "quote": hidden(page, "quote"),
        "idempotency_key": hidden(page, "idempotency_key"),
    } | changes


def test_a_visitor_signs_in_first_and_comes_back_to_the_quote() -> None:
    campaign = make_open()
    assert browser_of().get(join_page(campaign))["Location"] == f"/sign-in/?next={join_page(campaign)}"


def test_alice_sees_every_fen_explained_and_orders_at_that_price() -> None:
    """C1 D1: list price, ladder price, freight and total; then an order that waits for its payment."""
    alice, campaign = make_user(), make_open()
    browser = browser_of(alice)
    page = browser.get(join_page(campaign))
    for sentence in ("商品原价 ¥39.90", "阶梯价 −¥10.00", "运费 ¥0.00", "没成团， ¥29.90 全退", "最多付这么多"):
        assert sentence in says(page)
    assert not Order.objects.exists()

    answer = browser.post(join_page(campaign), form_of(page, campaign))

    order = Order.objects.get(buyer=alice)
    assert answer["Location"] == f"/orders/{order.number}/pay/"
    assert order.payable_fen == 2990


def test_the_price_on_the_page_is_charged_even_if_the_ladder_has_moved() -> None:
    """C15: a quote holds for its fifteen minutes."""
    alice, campaign = make_user(), make_open()
    browser = browser_of(alice)
    page = browser.get(join_page(campaign))
    fill(campaign, 5)
    browser.post(join_page(campaign), form_of(page, campaign))
    assert Order.objects.get(buyer=alice).payable_fen == 2990


def test_without_a_script_a_new_price_is_asked_for_by_the_form_and_nothing_is_ordered() -> None:
    """The form's secrets stay out of the address, where logs and the history of the browser would keep them."""
    campaign = make_open()
    browser = browser_of(make_user())
    page = browser.get(join_page(campaign))
    assert "formmethod" not in text_of(page)

    anew = browser.post(join_page(campaign), form_of(page, campaign, pieces=2, requote="1"))

    assert anew.status_code == 200
    assert "¥59.80" in says(anew)
    assert not Order.objects.exists()


def test_the_same_form_sent_twice_is_one_order() -> None:
    """A double press, or the way back and again, leads to the same order."""
    alice, campaign = make_user(), make_open()
    browser = browser_of(alice)
    form = form_of(browser.get(join_page(campaign)), campaign)
    first, second = browser.post(join_page(campaign), form), browser.post(join_page(campaign), form)
    assert first["Location"] == second["Location"]
    assert Order.objects.filter(buyer=alice).count() == 1


def test_a_form_that_was_changed_under_its_key_is_refused() -> None:
    campaign = make_open()
    browser = browser_of(make_user())
    form = form_of(browser.get(join_page(campaign)), campaign)
    browser.post(join_page(campaign), form)
    other = browser.post(join_page(campaign), form | {"where": "point:OTHER"})
    assert other.status_code == 422
    assert Order.objects.count() == 1


def test_more_pieces_than_quoted_are_quoted_again_before_anything_is_ordered() -> None:
    campaign = make_open()
    browser = browser_of(make_user())
    page = browser.get(join_page(campaign))
    answer = browser.post(join_page(campaign), form_of(page, campaign, pieces=2))
    assert answer.status_code == 400
    assert "内容变了，请重新确认价格" in says(answer)
    assert "提交订单 ¥59.80" in says(answer)
    assert not Order.objects.exists()
    assert browser.post(join_page(campaign), form_of(answer, campaign, pieces=2)).status_code == 302


def test_another_point_than_quoted_is_not_ordered_at_the_old_one() -> None:
    merchant = make_merchant()
    points = [make_point(merchant, "东门"), make_point(merchant, "西门")]
    campaign = make_open(merchant, points=points)
    browser = browser_of(make_user())
    page = browser.get(join_page(campaign))
    other = next(point for point in points if point.code not in hidden(page, "quoted_where"))
    answer = browser.post(join_page(campaign), form_of(page, campaign, where=f"point:{other.code}"))
    assert "内容变了" in says(answer)
    browser.post(join_page(campaign), form_of(answer, campaign))
    assert Order.objects.get().pickup_point == other


def test_a_change_swaps_the_quote_alone() -> None:
    campaign = make_open()
    sku = campaign.skus.get().sku.code
    part = browser_of(make_user()).get(join_page(campaign), {f"quantity-{sku}": 3}, headers={"HX-Request": "true"})
    assert "¥39.90 × 3 件" in says(part)
    assert 'id="pay-word" hx-swap-oob' in text_of(part)
    assert "<html" not in text_of(part)


def test_delivery_to_an_address_of_mine_has_its_freight_line() -> None:
    """D11: freight is its own line."""
    alice = make_user()
    address = add_address(user=alice, name="王小明", phone="13900000009", region_code="330106", detail="翠湖湾 302")
    campaign = make_open(delivers=True, freight_fen=600)
    browser = browser_of(alice)
    page = browser.get(join_page(campaign), {"where": f"address:{address.code}"})
    assert "运费 ¥6.00" in says(page)
    browser.post(join_page(campaign), form_of(page, campaign))
    assert Order.objects.get(buyer=alice).freight_fen == 600


def test_the_same_goods_for_another_door_are_another_order() -> None:
    """Back in the browser may fetch the page anew: the same wish is meant once, a wish for grandmother is another."""
    alice, campaign = make_user(), make_open(delivers=True, freight_fen=600)
    home, grandmother = (
        add_address(user=alice, name="王小明", phone="13900000009", region_code="330106", detail=detail)
        for detail in ("翠湖湾 302", "锦绣花园 1 栋 101")
    )
    browser = browser_of(alice)
    to_home = browser.get(join_page(campaign), {"where": f"address:{home.code}"})
    to_grandmother = browser.get(join_page(campaign), {"where": f"address:{grandmother.code}"})
    again = browser.get(join_page(campaign), {"where": f"address:{home.code}"})
    first = browser.post(join_page(campaign), form_of(to_home, campaign))["Location"]
    assert browser.post(join_page(campaign), form_of(to_grandmother, campaign))["Location"] != first
    assert browser.post(join_page(campaign), form_of(again, campaign))["Location"] == first
    assert {order.delivery_detail for order in Order.objects.filter(buyer=alice)} == {"翠湖湾 302", "锦绣花园 1 栋 101"}
    assert Order.objects.count() == 2


def test_an_address_of_somebody_else_cannot_be_chosen() -> None:
    bobs = add_address(
        user=make_user(name="Bob"), name="Bob", phone="13900000009", region_code="330106", detail="翠湖湾 302"
    )
    campaign = make_open(delivers=True)
    page = browser_of(make_user()).get(join_page(campaign), {"where": f"address:{bobs.code}"})
    assert "这个收货地址不能用，换一个" in says(page)
    assert "翠湖湾" not in text_of(page)


def test_the_limit_is_said_with_its_numbers() -> None:
    alice, campaign = make_user(), make_open(limit_per_person=3)
    join_as(alice, campaign, 2)
    page = browser_of(alice).get(join_page(campaign), {f"quantity-{campaign.skus.get().sku.code}": 2})
    assert "每人限 3 件，你已买 2 件，还能买 1 件" in says(page)
    assert 'max="1"' in text_of(page)


def test_what_is_no_number_is_refused_with_a_sentence(client: Client) -> None:
    campaign = make_open()
    page = browser_of(make_user()).get(join_page(campaign), {f"quantity-{campaign.skus.get().sku.code}": "many"})
    assert "件数要是 1 到" in says(page)


def test_the_merchants_staff_learn_why_they_cannot_join() -> None:
    campaign = make_open()
    answer = browser_of(make_staff(campaign.merchant)).get(join_page(campaign))
    assert answer.status_code == 200
    assert "提交订单" in says(answer)
    assert 'name="quote"' not in text_of(answer)


def test_a_closed_campaign_leads_back_to_its_page_that_says_so() -> None:
    campaign = make_open(now=timezone.now() - dt.timedelta(days=2))
    answer = browser_of(make_user()).get(join_page(campaign), follow=True)
    assert answer.redirect_chain == [(f"/campaigns/{campaign.code}/", 302)]
    assert "已截止，不能再参团" in says(answer)
