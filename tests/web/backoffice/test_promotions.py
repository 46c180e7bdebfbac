"""G2: a shop writes promotions down, sets them going, watches what they bring, and ends them."""

import datetime as dt
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Merchant
from catalog.models import Stock
from marketing.models import Promotion
from marketing.promotion_plans import StepPlan
from marketing.services.rewards.thanking import thank_for
from tests.factories.accounts import make_merchant, make_user, owner_of
from tests.factories.campaigns import join_and_pay, make_open
from tests.factories.catalog import make_sku
from tests.factories.marketing import make_gift_promotion, make_promotion, make_template

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway", "nothing_broken")]
DAY = dt.timedelta(days=1)


@pytest.fixture
def shop() -> Merchant:
    return make_merchant()


@pytest.fixture
def desk(shop: Merchant) -> Client:
    """The owner's browser."""
    client = Client()
    client.force_login(owner_of(shop))
    return client


def at(shop: Merchant, name: str, *args: Any) -> str:
    return reverse(f"backoffice:{name}", args=[shop.code, *args])


def typed(**changes: Any) -> dict[str, Any]:
    """¥10 off from ¥80 on, for a week."""
    now = timezone.localtime()
    fields = {
        "title": "开学季",
        "scope": "shop",
        "starts_at": f"{now:%Y-%m-%dT%H:%M}",
        "ends_at": f"{now + 7 * DAY:%Y-%m-%dT%H:%M}",
        "threshold-0": "80",
        "off-0": "10",
    }
    return fields | changes


def test_a_promotion_is_written_published_watched_and_ended(shop: Merchant, desk: Client) -> None:
    """G2: from an empty list to the numbers, by the pages' own links."""
    assert "还没有促销" in desk.get(at(shop, "promotions")).text
    page = desk.post(at(shop, "promotion-new"), typed(), follow=True).text
    promotion = Promotion.objects.get()
    assert "这还是草稿" in page
    assert "满 ¥80 减 ¥10" in page
    desk.post(at(shop, "promotion-launch", promotion.code))
    campaign = make_open(shop)
    join_and_pay(make_user(name="Alice"), campaign, 3)
    page = desk.get(at(shop, "promotion", promotion.code)).text
    assert "¥79.70" in page
    assert "¥10.00" in page
    assert "结束「开学季」？" in desk.get(at(shop, "promotion-end", promotion.code)).text
    desk.post(at(shop, "promotion-end", promotion.code))
    promotion.refresh_from_db()
    assert promotion.status == "ended"
    assert "已结束" in desk.get(at(shop, "promotions")).text


def test_what_is_wrong_is_said_and_what_was_typed_stays(shop: Merchant, desk: Client) -> None:
    """G2."""
    page = desk.post(at(shop, "promotion-new"), typed(**{"off-0": "90"})).text
    assert "减的金额要大于 0、小于门槛" in page
    assert 'value="90"' in page
    assert not Promotion.objects.exists()


def test_a_gift_is_chosen_from_the_own_goods_and_leaves_the_shelf_when_published(shop: Merchant, desk: Client) -> None:
    """G2: and with too few on the shelf it stays a draft that says so."""
    jam = make_sku(shop, name="草莓酱", stock=5)
    gift = {"gift-0": jam.code, "pieces-0": "1", "stock-0": "6"}
    desk.post(at(shop, "promotion-new") + "?kind=gift", typed(**gift))
    promotion = Promotion.objects.get()
    assert "库存不够，可用 5 件" in desk.post(at(shop, "promotion-launch", promotion.code), follow=True).text
    desk.post(at(shop, "promotion-edit", promotion.code), typed(**gift | {"stock-0": "4"}))
    desk.post(at(shop, "promotion-launch", promotion.code))
    assert Stock.objects.get(sku=jam).available == 1
    assert "草莓酱" in desk.get(at(shop, "promotion", promotion.code)).text


def test_of_a_live_one_only_name_and_end_change_and_a_draft_is_thrown_away(shop: Merchant, desk: Client) -> None:
    """G2."""
    live = make_promotion(shop)
    page = desk.get(at(shop, "promotion-edit", live.code)).text
    assert "threshold-0" not in page
    later = timezone.localtime() + 9 * DAY
    desk.post(at(shop, "promotion-edit", live.code), {"title": "延长", "ends_at": f"{later:%Y-%m-%dT%H:%M}"})
    live.refresh_from_db()
    assert live.title == "延长"
    desk.post(at(shop, "promotion-discard", live.code))
    assert Promotion.objects.filter(pk=live.pk).exists()
    coupon = make_template(shop)
    reward = {"coupon-0": coupon.code, "points-0": "20"}
    desk.post(at(shop, "promotion-new") + "?kind=reward", typed(**reward))
    draft = Promotion.objects.get(status="draft")
    desk.post(at(shop, "promotion-discard", draft.code))
    assert not Promotion.objects.filter(pk=draft.pk).exists()


def test_what_was_sent_and_what_its_points_cost_is_told(shop: Merchant, desk: Client) -> None:
    """G2, 满送: 30 points are ¥0.30 out of the shop's own money."""
    promotion = make_promotion(shop, "reward", steps=(StepPlan(8000, points=30),))
    thank_for(order=join_and_pay(make_user(), make_open(shop), 3), now=timezone.now())
    page = desk.get(at(shop, "promotion", promotion.code)).text
    assert "积分成本" in page
    assert "¥0.30" in page


def test_the_list_asks_the_same_however_long_it_is(
    shop: Merchant, desk: Client, django_assert_max_num_queries: Any
) -> None:
    """G2."""
    jam = make_sku(shop, name="草莓酱", stock=100)
    for _number in range(4):
        make_promotion(shop)
        make_gift_promotion(shop, jam, stock=2)
    with django_assert_max_num_queries(16):
        desk.get(at(shop, "promotions"))
