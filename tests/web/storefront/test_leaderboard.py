"""H6: the leaderboard of my community, by month, with my own place; and staying off it."""

import datetime as dt

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from catalog.models import Sku
from community.models import Community
from tests.factories.accounts import make_merchant, make_user
from tests.factories.catalog import make_sku
from tests.factories.community import make_community
from tests.factories.segments import make_neighbour, make_purchase
from tests.web.storefront.pages import browser_of, says, text_of

pytestmark = pytest.mark.django_db
PAGE = "/community/leaderboard/"
LONG_AGO = dt.timedelta(days=70)


@pytest.fixture
def sku() -> Sku:
    return make_sku(make_merchant())


@pytest.fixture
def place() -> Community:
    return make_community("锦绣花园", now=timezone.now() - LONG_AGO)


def neighbour(name: str, place: Community) -> User:
    return make_neighbour(name, joined_at=timezone.now() - LONG_AGO, community=place)


def test_a_guest_signs_in_first(client: Client) -> None:
    assert client.get(PAGE)["Location"].startswith("/sign-in/")


def test_who_lives_nowhere_is_led_to_choose() -> None:
    """H6: without a community there is no board."""
    page = browser_of(make_user()).get(PAGE)
    assert "先选社区" in says(page)
    assert 'href="/community/choose/"' in text_of(page)


def test_an_empty_month_says_so(place: Community) -> None:
    """H6: and leads to where one can buy."""
    assert "这个月还没有人上榜" in says(browser_of(neighbour("王晓雨", place)).get(PAGE))


def test_neighbours_see_each_other_masked_and_themselves_marked(place: Community, sku: Sku) -> None:
    """H6: Li stands first with ¥80.00, Wang second; no full name is on the page."""
    wang, li = neighbour("王晓雨", place), neighbour("李强", place)
    make_purchase(li, sku, at=timezone.now(), fen=8000, pieces=4)
    make_purchase(wang, sku, at=timezone.now(), fen=5000, pieces=2)
    page = says(browser_of(wang).get(PAGE))
    assert "名次 1 李** ¥80.00" in page
    assert "名次 2 王** 我 ¥50.00" in page
    assert "李强" not in page
    assert "名次 1 李** 4 件" in says(browser_of(wang).get(PAGE, {"show": "pieces"}))
    assert "这个月还没有人上榜" in says(browser_of(wang).get(PAGE, {"show": "invitations"}))


def test_months_are_switched_and_nonsense_is_this_month(place: Community, sku: Sku) -> None:
    """H6: what was bought last month stands in last month."""
    wang = neighbour("王晓雨", place)
    last_month = timezone.localtime().replace(day=1) - dt.timedelta(days=1)
    make_purchase(wang, sku, at=last_month, fen=5000)
    browser = browser_of(wang)
    assert "王**" in says(browser.get(PAGE, {"month": f"{last_month:%Y-%m}"}))
    for month in ("2026-13", "1999-01", "x"):
        assert "这个月还没有人上榜" in says(browser.get(PAGE, {"month": month, "show": "x"}))


def test_wang_leaves_the_board_and_comes_back(place: Community, sku: Sku) -> None:
    """H6: what she hides nobody sees, herself included; one tap brings it back."""
    wang = neighbour("王晓雨", place)
    make_purchase(wang, sku, at=timezone.now(), fen=5000)
    browser = browser_of(wang)
    gone = browser.post(f"{PAGE}hide/", {"hidden": "1"}, follow=True)
    assert "王**" not in says(gone)
    assert "你已退出排行榜，邻居看不到你" in says(gone)
    assert "王**" in says(browser.post(f"{PAGE}hide/", {"hidden": "0"}, follow=True))


def test_the_board_is_reached_from_me_and_from_the_community(place: Community) -> None:
    browser = browser_of(neighbour("王晓雨", place))
    for path in ("/me/", "/community/"):
        assert f'href="{PAGE}"' in text_of(browser.get(path))
