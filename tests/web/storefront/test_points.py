"""H6, B8: my points and my tier, on pages."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from community.models import CheckIn
from community.services.member_prices import set_member_prices
from orders.models import Order
from tests.community.points.reading import points_of
from tests.factories.accounts import make_user, owner_of
from tests.factories.campaigns import choice_of, make_open
from tests.factories.members import give_points, join_with_points, make_standing, take_points

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]


@pytest.fixture
def alice(client: Client) -> User:
    alice = make_user(name="王晓雨")
    client.force_login(alice)
    return alice


def text(client: Client, url: str) -> str:
    page = client.get(url)
    assert page.status_code == 200
    return page.content.decode()


def test_she_sees_what_she_has_and_where_each_point_came_from(client: Client, alice: User) -> None:
    """H6: balance, the order that took 598, and nothing of Bob's."""
    now = timezone.now()
    give_points(alice, 1000, now=now)
    give_points(make_user(name="Bob"), 777, now=now)
    order = join_with_points(alice, make_open(now=now), now=now)
    page = text(client, "/me/points/")
    assert "402" in page
    assert f"/orders/{order.number}/" in page
    assert "活动赠送" in page
    assert "777" not in page


def test_a_debt_is_said(client: Client, alice: User) -> None:
    """H6: what the next earnings will pay."""
    take_points(alice, 20)
    assert "多 20 分" in text(client, "/me/points/")


def test_without_points_she_reads_how_to_get_some(client: Client, alice: User) -> None:
    assert "还没有积分" in text(client, "/me/points/")


def test_she_checks_in_with_one_tap(client: Client, alice: User) -> None:
    """H5, H6: two taps are one check-in."""
    for _tap in range(2):
        client.post("/me/points/check-in/")
    assert CheckIn.objects.filter(user=alice).count() == 1
    assert points_of(alice) == (2, 0, 0)
    assert "今天已签到" in text(client, "/me/points/")


def test_strangers_are_asked_who_they_are(client: Client) -> None:
    for url in ("/me/points/", "/me/member/"):
        assert client.get(url).status_code == 302
    assert client.post("/me/points/check-in/").status_code == 302
    assert client.get("/me/points/check-in/").status_code == 405


def test_the_list_asks_no_more_of_the_database_as_it_grows(
    client: Client, alice: User, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    for _entry in range(30):
        give_points(alice, 1)
    with django_assert_max_num_queries(16):
        page = text(client, "/me/points/")
        assert "下一页" in page


def test_her_tier_and_the_way_up_are_on_one_page(client: Client, alice: User) -> None:
    """B8: silver, what it gives, what gold takes."""
    make_standing(alice, "silver")
    page = text(client, "/me/member/")
    for said in ("银卡会员", "购物积分 1.1 倍", "升到金卡会员", "¥2,000.00", "送货上门免运费"):
        assert said in page


def test_me_leads_there(client: Client, alice: User) -> None:
    page = text(client, "/me/")
    assert "/me/points/" in page
    assert "/me/member/" in page
    assert "普通会员" in page


@pytest.mark.parametrize(("typed", "kept"), [("05-20", "05-20"), ("5.2", "05-02"), ("5月20日", "05-20"), ("", "")])
def test_she_tells_her_day_of_the_year(client: Client, alice: User, typed: str, kept: str) -> None:
    """B8: without a year, voluntarily."""
    assert client.post("/me/profile/", {"name": "王晓雨", "birthday": typed}).status_code == 302
    alice.refresh_from_db()
    assert alice.birthday == kept


def test_a_day_that_is_none_is_refused(client: Client, alice: User) -> None:
    page = client.post("/me/profile/", {"name": "晓雨", "birthday": "02-30"})
    assert "选一个存在的日子" in page.content.decode()
    alice.refresh_from_db()
    assert (alice.birthday, alice.name) == ("", "王晓雨")


def test_at_checkout_she_chooses_to_spend_points(client: Client, alice: User) -> None:
    """H6: offered with what they save; ticked they are a line of the price, and the order takes them."""
    now = timezone.now()
    campaign = make_open(now=now - dt.timedelta(minutes=1))
    give_points(alice, 1000, now=now)
    url = f"/campaigns/{campaign.code}/join/"
    where = f"point:{choice_of(campaign).pickup_point}"
    offered = text(client, f"{url}?where={where}")
    assert "用 598 积分（共 1000）" in offered
    assert "积分抵扣" not in offered
    used = client.get(f"{url}?where={where}&choice-points=1")
    assert "积分抵扣" in used.content.decode()
    posted = {"where": where, "quoted_where": where, "choice-points": "1", "quote": used.context["quote"].token}
    sku = campaign.skus.get().sku
    client.post(url, posted | {f"quantity-{sku.code}": "1", "idempotency_key": used.context["key"]})
    assert Order.objects.get(buyer=alice).payable_fen == 2392
    assert points_of(alice) == (402, 0, 0)


def test_a_member_sees_her_price_on_the_campaigns_page(client: Client, alice: User) -> None:
    """B8: hers, or what members would pay; nothing where the ladder is lower."""
    now = timezone.now()
    campaign = make_open(now=now - dt.timedelta(minutes=1), head_start_minutes=60)
    sku = campaign.skus.get().sku
    prices = {(sku.code, "silver"): 2800, (sku.code, "gold"): 2750}
    set_member_prices(product=sku.product, prices=prices, actor_id=owner_of(campaign.merchant).pk)
    page = text(client, f"/campaigns/{campaign.code}/")
    assert "会员低至 ¥27.50" in page
    assert "会员先买" in page
    make_standing(alice, "silver")
    assert "会员价 ¥28.00" in text(client, f"/campaigns/{campaign.code}/")
    assert "会员先买" in text(client, "/campaigns/")
