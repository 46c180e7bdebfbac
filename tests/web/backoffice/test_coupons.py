"""G1: a shop makes a coupon, gives it out in three ways, watches it, and stops it."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Merchant
from marketing.models import Coupon, CouponCode, CouponTemplate
from marketing.services.codes import make_waiting
from marketing.services.templates import plan_of
from orders.models import Order
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import join_and_pay, join_as, make_open
from tests.factories.catalog import make_sku
from tests.factories.marketing import give_coupon, make_template
from tests.web.storefront.pages import browser_of, hidden, queries_of, says, text_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("scripted_gateway")]
DAY = dt.timedelta(days=1)


@pytest.fixture
def shop() -> Merchant:
    return make_merchant()


@pytest.fixture
def desk(shop: Merchant) -> Client:
    return browser_of(owner_of(shop))


def address(shop: Merchant, path: str = "") -> str:
    return f"/backoffice/{shop.code}/coupons/{path}"


def typed(page: Any, **changes: Any) -> dict[str, Any]:
    """What the form of a new coupon holds when it is sent."""
    moment = timezone.localtime().strftime("%Y-%m-%dT%H:%M")
    return {
        "idempotency_key": hidden(page, "idempotency_key"),
        "name": "满 20 减 5",
        "kind": "threshold",
        "amount": "5",
        "threshold": "20",
        "per_person": "1",
        "claimable": "on",
        "opens_at": moment,
        "valid": "days",
        "valid_days": "7",
        "stacks": "on",
        "returns_on_refund": "on",
    } | changes


def test_a_coupon_is_made_once_and_found_in_the_list(shop: Merchant, desk: Client) -> None:
    assert "还没有优惠券" in says(desk.get(address(shop)))
    product = make_sku(shop).product.code
    page = desk.get(address(shop, "new/"))
    form = typed(page, kind="percentage", amount="", tenths="8.5", cap="30", product=product, newcomer="on")
    answers = [desk.post(address(shop, "new/"), form) for _again in range(2)]
    template = CouponTemplate.objects.get()
    assert [answer["Location"] for answer in answers] == [address(shop, f"{template.code}/")] * 2
    assert (template.rate_bp, template.cap_fen, template.threshold_fen, template.funder) == (
        1500,
        3000,
        2000,
        "merchant",
    )
    assert sorted(template.scopes.values_list("kind", "key")) == [("newcomer", ""), ("product", product)]
    listed = says(desk.get(address(shop)))
    assert "8.5 折 · 满 ¥20 可用 · 最多减 ¥30 · 领取后 7 天内有效" in listed
    assert "限红富士苹果 · 限新客" in says(desk.get(address(shop, f"{template.code}/")))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"name": ""}, "写一个名称"),
        ({"amount": ""}, "写上减多少"),
        ({"amount": "五块"}, "金额要写成数字"),
        ({"threshold": "4"}, "门槛不能低于面额"),
        ({"kind": "percentage", "tenths": "12"}, "写成 0.1 到 9.9 之间的数字"),
        ({"kind": "percentage", "amount": ""}, "折扣要在 0 和 10 折之间"),
        ({"valid": "dates"}, "写上什么时候可以用"),
        ({"total": "0"}, "总量要大于 0"),
        ({"product": "0000000000"}, "0000000000"),
    ],
)
def test_what_is_wrong_is_said_and_what_was_typed_stays(
    changes: dict[str, Any], sentence: str, shop: Merchant, desk: Client
) -> None:
    make_sku(shop)
    page = desk.get(address(shop, "new/"))
    answer = desk.post(address(shop, "new/"), typed(page, **changes))
    assert sentence in says(answer)
    assert 'value="7"' in text_of(answer)
    assert not CouponTemplate.objects.exists()


def test_what_people_hold_stays_and_the_rest_can_be_changed(shop: Merchant, desk: Client) -> None:
    now = timezone.now()
    template = make_template(shop, valid_days=None, valid_from=now, valid_until=now + 3 * DAY)
    give_coupon(make_user(), template)
    path = address(shop, f"{template.code}/edit/")
    page = desk.get(path)
    assert "已经发出 1 张" in says(page)
    clock = [timezone.localtime(at).strftime("%Y-%m-%dT%H:%M") for at in (now, now + 3 * DAY)]
    kept = typed(page, valid="dates", valid_from=clock[0], valid_until=clock[1])
    assert "只能改名称" in says(desk.post(path, kept | {"amount": "6"}))
    desk.post(path, kept | {"name": "改过名", "total": "50", "idempotency_key": "another"})
    template.refresh_from_db()
    assert (template.name, template.total, plan_of(template).amount_fen) == ("改过名", 50, 500)


def test_it_is_issued_to_one_phone_once_for_a_form(shop: Merchant, desk: Client) -> None:
    template, alice = make_template(shop, per_person=9), make_user(name="Alice")
    path = address(shop, f"{template.code}/issue/")
    form = {"audience": "phone", "phone": alice.phone, "idempotency_key": hidden(desk.get(path), "idempotency_key")}
    assert "发给了 1 人" in says(desk.post(path, form, follow=True))
    desk.post(path, form)
    assert Coupon.objects.get().user == alice
    wrong = form | {"phone": "13800009999", "idempotency_key": "w"}
    assert "找不到要发给的人" in says(desk.post(path, wrong))


def test_codes_are_made_and_downloaded(shop: Merchant, desk: Client) -> None:
    template = make_template(shop)
    path = address(shop, f"{template.code}/codes/")
    desk.post(path, {"word": "中秋快乐", "most_uses": "5"})
    assert "4 到 20 个字母" in says(desk.post(path, {"word": "短"}))
    desk.post(path, {"quantity": "600"})
    batch = template.batches.get()
    watched = address(shop, f"{template.code}/")
    assert "在生成 0 / 600" in says(desk.get(watched))
    make_waiting(now=timezone.now())
    assert "下载" in says(desk.get(watched))
    sheet = b"".join(desk.get(address(shop, f"batch/{batch.code}/")).streaming_content).decode()  # type: ignore[attr-defined]
    lines = sheet.lstrip("\ufeff").splitlines()
    assert (lines[0], len(lines)) == ("兑换码,已使用", 601)
    assert set(lines[1:]) == {f"{text}," for text in batch.codes.values_list("text", flat=True)}
    assert CouponCode.objects.filter(batch=None).get().most_uses == 5


def test_the_watch_page_says_what_it_brought_and_cost() -> None:
    """G1: claimed, held, used, revenue, discount."""
    campaign = make_open()
    shop = campaign.merchant
    template = make_template(shop, total=10)
    buyers = [make_user(name=name) for name in ("Alice", "Bob", "Carol")]
    for buyer in buyers:
        give_coupon(buyer, template)
    order = join_and_pay(buyers[0], campaign)
    join_as(buyers[1], campaign)
    desk = browser_of(owner_of(shop))
    page = says(desk.get(address(shop, f"{template.code}/")))
    assert "已发放 3 / 10 下单占用 1 已使用 1 1 单 让利 ¥5.00 带来的收入 ¥24.90 每让 1 元带来 4 元" in page
    assert order.number in page
    assert "¥24.90" in says(desk.get(address(shop)))


def test_it_is_stopped_after_being_asked(shop: Merchant, desk: Client) -> None:
    template = make_template(shop)
    give_coupon(make_user(), template)
    path = address(shop, f"{template.code}/stop/")
    assert "还没用的 1 张照常可用" in says(desk.get(path))
    assert CouponTemplate.objects.get().status == "active"
    assert "已停止发放" in says(desk.post(path, follow=True))
    assert desk.get(path).status_code == 302
    assert not Order.objects.exists()


def test_the_list_takes_the_same_number_of_queries_for_many(shop: Merchant, desk: Client) -> None:
    def grow(count: int) -> None:
        for _each in range(count):
            give_coupon(make_user(), make_template(shop, ("newcomer", "")))

    grow(1)
    few = queries_of(desk, address(shop))
    grow(5)
    assert queries_of(desk, address(shop)) == few
