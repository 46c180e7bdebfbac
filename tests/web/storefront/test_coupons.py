"""G1: the coupon centre, one's own coupons, those on a campaign's page, and the picker before the order."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaigns.models import Campaign
from marketing.models import Coupon
from marketing.services.codes import add_word
from orders.models import Order
from tests.factories.accounts import make_merchant, make_user
from tests.factories.campaigns import join_as, make_open
from tests.factories.marketing import give_coupon, make_template
from tests.web.storefront.pages import browser_of, hidden, queries_of, says, text_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("scripted_gateway")]
DAY = dt.timedelta(days=1)


def claim(browser: Client, page: Any, code: str) -> Any:
    key = {"idempotency_key": hidden(page, "idempotency_key"), "next": "/coupons/"}
    return browser.post(f"/coupons/{code}/claim/", key, follow=True)


def test_a_visitor_sees_the_coupons_and_signs_in_to_take_one() -> None:
    shop = make_merchant()
    template = make_template(shop, ("newcomer", ""), stacks=False)
    browser = browser_of()
    page = says(browser.get("/coupons/"))
    assert "¥5 满 ¥20 可用 满 20 减 5 果园直发 · 限新客 · 不与满减同用 领取后 7 天内有效" in page
    assert browser.post(f"/coupons/{template.code}/claim/")["Location"].startswith("/sign-in/")


def test_alice_takes_one_once_however_often_the_form_is_sent() -> None:
    template = make_template(make_merchant(), per_person=2, total=10)
    browser = browser_of(make_user(name="Alice"))
    page = browser.get("/coupons/")
    first, again = claim(browser, page, template.code), claim(browser, page, template.code)
    assert "领到了" in says(first)
    assert "已领 10%" in says(again)
    assert Coupon.objects.count() == 1
    assert "每人限领 2 张" in says(claim_twice(browser, template.code))


def claim_twice(browser: Client, code: str) -> Any:
    """Two more forms: the second is one too many."""
    first, second = browser.get("/coupons/"), browser.get("/coupons/")
    claim(browser, first, code)
    return claim(browser, second, code)


def test_a_code_is_typed_in_and_a_wrong_one_said_at_its_field() -> None:
    template = make_template(claimable=False)
    add_word(template=template, word="HELLO", most_uses=None, actor_id=make_user().pk)
    browser = browser_of(make_user(name="Alice"))
    assert "现在没有可领的券" in says(browser.get("/coupons/"))
    wrong = browser.post("/coupons/redeem/", {"code": "HALLO"})
    assert (wrong.status_code, "没有这个兑换码" in says(wrong), 'value="HALLO"' in text_of(wrong)) == (400, True, True)
    assert "换到了「满 20 减 5」" in says(browser.post("/coupons/redeem/", {"code": "hello"}, follow=True))


def test_my_coupons_by_what_can_be_done_with_them() -> None:
    alice, campaign = make_user(name="Alice"), make_open()
    now = timezone.now()
    give_coupon(alice, make_template(campaign.merchant, name="占用的"))
    join_as(alice, campaign)
    give_coupon(alice, make_template(campaign.merchant, name="能用的"))
    late = {"valid_days": None, "valid_from": now + DAY, "valid_until": now + 9 * DAY}
    give_coupon(alice, make_template(campaign.merchant, name="以后的", **late))
    over = give_coupon(alice, make_template(campaign.merchant, name="过期的"))
    Coupon.objects.filter(pk=over.pk).update(valid_from=now - 2 * DAY, valid_until=now - DAY)
    browser = browser_of(alice)
    usable = says(browser.get("/me/coupons/"))
    assert all(word in usable for word in ("能用的", "占用的", "订单占用中", "以后的", "起可用"))
    assert "过期的" not in usable
    assert "过期的" in says(browser.get("/me/coupons/", {"show": "expired"}))
    assert "还没有用过优惠券" in says(browser.get("/me/coupons/", {"show": "used"}))
    assert "3 张可用" in says(browser.get("/me/"))


def test_lists_take_the_same_number_of_queries_for_many() -> None:
    alice, shop = make_user(name="Alice"), make_merchant()
    browser = browser_of(alice)

    def grow(count: int) -> None:
        for _each in range(count):
            give_coupon(alice, make_template(shop, ("newcomer", "")))
            make_template(shop, ("newcomer", ""))

    grow(1)
    few = [queries_of(browser, path) for path in ("/coupons/", "/me/coupons/")]
    grow(5)
    assert [queries_of(browser, path) for path in ("/coupons/", "/me/coupons/")] == few


def test_a_campaign_shows_the_coupons_that_are_good_for_it() -> None:
    campaign = make_open()
    other = make_open(campaign.merchant)
    make_template(campaign.merchant, name="本店的")
    make_template(campaign.merchant, ("campaign", campaign.code), name="这个团的")
    make_template(campaign.merchant, ("campaign", other.code), name="那个团的")
    make_template(make_merchant("别家"), name="别家的")
    page = says(browser_of().get(f"/campaigns/{campaign.code}/"))
    assert "本店的" in page
    assert "这个团的" in page
    assert "那个团的" not in page
    assert "别家的" not in page


def form_of(page: Any, campaign: Campaign, **changes: Any) -> dict[str, Any]:
    sku = campaign.skus.get().sku.code
    names = ("quoted_where", "quote", "idempotency_key")
    form = {name: hidden(page, name) for name in names}
    return form | {f"quantity-{sku}": 1, "where": form["quoted_where"]} | changes


def test_before_the_order_the_best_is_on_and_another_can_be_chosen_without_a_script() -> None:
    """G13: what each takes off, why others do not, none at all; and what was shown is charged."""
    alice, campaign = make_user(name="Alice"), make_open()
    small = give_coupon(alice, make_template(campaign.merchant, name="小的", amount_fen=300))
    give_coupon(alice, make_template(campaign.merchant, name="大的", amount_fen=700))
    give_coupon(alice, make_template(campaign.merchant, name="远的", threshold_fen=9000))
    browser, path = browser_of(alice), f"/campaigns/{campaign.code}/join/"
    page = browser.get(path)
    for sentence in (
        "优惠券 −¥7.00",
        "自动用最划算的 大的 已用上",
        "这单减 ¥3.00",
        "远的 还差 ¥60.10",
        "优惠券 −¥7.00 大的",
    ):
        assert sentence in says(page)
    none = browser.post(path, form_of(page, campaign, **{"choice-coupon": "none", "requote": "1"}))
    assert "提交订单 ¥29.90" in says(none)
    chosen = {"choice-coupon": small.code}
    anew = browser.post(path, form_of(none, campaign, **chosen, requote="1"))
    assert "提交订单 ¥26.90" in says(anew)
    browser.post(path, form_of(anew, campaign, **chosen))
    order = Order.objects.get()
    assert (order.payable_fen, order.coupons.get()) == (2690, small)
    assert "优惠券 −¥3.00 小的" in says(browser.get(f"/orders/{order.number}/"))


def test_a_coupon_used_meanwhile_is_said_and_priced_anew() -> None:
    alice, campaign = make_user(name="Alice"), make_open()
    give_coupon(alice, make_template(campaign.merchant))
    browser, path = browser_of(alice), f"/campaigns/{campaign.code}/join/"
    page = browser.get(path)
    join_as(alice, campaign)
    late = browser.post(path, form_of(page, campaign, another="1"))
    assert late.status_code == 409
    assert "这张优惠券不能用了" in says(late)
    assert "被另一个没付款的订单占用" in says(late)
