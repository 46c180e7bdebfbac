"""C2: the hall around my community, its filters, its search, and the next cards."""

import re

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import Merchant
from campaigns.models import Campaign
from catalog.services.images import add_image
from community.models import Community
from orders.models import PickupPoint
from tests.factories.accounts import make_merchant, make_picture, make_user
from tests.factories.campaigns import HOUR, fill, make_draft, make_open, make_point
from tests.factories.catalog import make_category, make_sku
from tests.factories.community import make_community, make_member
from tests.web.storefront.pages import browser_of, queries_of, says, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]


@pytest.fixture
def merchant() -> Merchant:
    return make_merchant("山里人家")


@pytest.fixture
def east(merchant: Merchant) -> PickupPoint:
    return make_point(merchant, "东门")


@pytest.fixture
def garden(east: PickupPoint) -> Community:
    """锦绣花园, served by the eastern gate."""
    return make_community("锦绣花园", points=[east])


def at_home(community: Community) -> Client:
    """The browser of somebody who lives there."""
    person = make_user()
    make_member(person, community)
    return browser_of(person)


def shown_on(response: object) -> list[str]:
    """The titles of the cards, in their order."""
    return re.findall(r'id="to-\w+"[^>]*>([^<]+)</a>', text_of(response))  # type: ignore[arg-type]


def test_the_hall_begins_at_my_community_and_the_city_is_one_link_away(
    merchant: Merchant, east: PickupPoint, garden: Community
) -> None:
    """C2: filtered by my community where I have chosen one; what delivers counts there too."""
    west = make_point(merchant, "西门")
    make_open(merchant, title="东门的橙", points=[east])
    make_open(merchant, title="西门的梨", points=[west])
    make_open(merchant, title="送到家的米", points=[west], delivers=True)
    alice = at_home(garden)
    mine = alice.get("/campaigns/")
    assert shown_on(mine) == ["东门的橙", "送到家的米"]
    assert "锦绣花园 全城" in says(mine)
    assert 'href="?community=all"' in text_of(mine)
    assert len(shown_on(alice.get("/campaigns/", {"community": "all"}))) == 3
    assert len(shown_on(Client().get("/campaigns/"))) == 3


def test_any_community_can_be_looked_at_by_its_code(merchant: Merchant, east: PickupPoint, garden: Community) -> None:
    make_open(merchant, title="东门的橙", points=[east])
    elsewhere = make_community("翠苑小区")
    page = at_home(garden).get("/campaigns/", {"community": elsewhere.code})
    assert "翠苑小区还没有这样的团" in says(page)
    assert "看全城的 1 个" in says(page)
    assert shown_on(at_home(garden).get("/campaigns/", {"community": "nonsense"})) == ["东门的橙"]


def test_a_search_stays_where_it_was_begun(client: Client) -> None:
    """The form of the header carries the scope of the list below it."""
    make_open(title="脐橙")
    assert 'name="community"' not in text_of(client.get("/campaigns/"))
    assert 'name="community" value="all" form="search"' in text_of(client.get("/campaigns/", {"community": "all"}))


@pytest.mark.parametrize("typed", ["脐橙", "qicheng", "QC", "ｑｃ", "赣南 qc", "山里人家", "shanli"])
def test_a_neighbour_finds_oranges_as_they_type(client: Client, merchant: Merchant, typed: str) -> None:
    """B10: characters, pinyin, initials, by title and by merchant."""
    make_open(merchant, title="赣南脐橙 5 斤")
    page = client.get("/campaigns/", {"q": typed})
    assert shown_on(page) == ["赣南脐橙 5\u00a0斤"]
    assert "1 个团" in says(page)


@pytest.mark.parametrize("typed", ["%", "_", "\\", ".*", "(", "橙" * 60, "🍋", "'; drop"])
def test_strange_signs_find_nothing_and_break_nothing(client: Client, typed: str) -> None:
    make_open(title="赣南脐橙 5 斤")
    page = client.get("/campaigns/", {"q": typed})
    assert page.status_code == 200
    assert "没有找到" in says(page)


def test_an_empty_search_offers_what_is_really_there(client: Client) -> None:
    """Microcopy 35 without wishes: another word, or what is being joined."""
    make_open(title="脐橙")
    page = says(client.get("/campaigns/", {"q": "车厘子"}))
    assert "没有找到「车厘子」" in page
    assert "换个词试试，拼音和首字母也行" in page
    assert "看正在拼的 1 个" in page


def test_an_empty_community_leads_to_the_city(merchant: Merchant, garden: Community) -> None:
    """Microcopy 34 without wishes."""
    make_open(merchant, title="西门的梨", points=[make_point(merchant, "西门")])
    page = at_home(garden).get("/campaigns/")
    assert "锦绣花园还没有这样的团" in says(page)
    assert "看全城的 1 个" in says(page)
    assert 'href="/campaigns/?community=all"' in text_of(page)


def test_an_empty_shop_leads_to_what_opens_soon_or_to_a_shop_of_ones_own(client: Client) -> None:
    nothing = client.get("/campaigns/")
    assert "开一家店，开第一个团" in says(nothing)
    assert "/me/apply/" in text_of(nothing)
    draft = make_draft(now=timezone.now())
    Campaign.objects.filter(pk=draft.pk).update(status="scheduled")
    soon = client.get("/campaigns/")
    assert "看即将开团的 1 个" in says(soon)
    assert "/campaigns/?shown=soon&amp;community=all" in text_of(soon)


def test_the_views_of_the_hall_are_links(client: Client, merchant: Merchant) -> None:
    """C2: sorted by the end, by neighbours, by the drop, by newness; the one in use says so."""
    now = timezone.now()
    late = make_open(merchant, title="晚", now=now - HOUR, skus=[make_sku(merchant, price_fen=9900)])
    soon = make_open(merchant, title="早", now=now, closes_at=now + HOUR)
    fill(late, 1)
    assert shown_on(client.get("/campaigns/")) == ["早", "晚"]
    assert shown_on(client.get("/campaigns/", {"sort": "hottest"})) == ["晚", "早"]
    assert shown_on(client.get("/campaigns/", {"sort": "newest"})) == ["早", "晚"]
    by_drop = client.get("/campaigns/", {"sort": "drop"})
    assert shown_on(by_drop) == ["晚", "早"]
    assert re.search(r'id="view-drop"[^>]*aria-current="true"', text_of(by_drop))
    assert text_of(by_drop).count('aria-current="true"') == 3
    assert soon.code in text_of(by_drop)


def test_more_are_appended_and_the_first_of_them_has_the_focus(client: Client, merchant: Merchant) -> None:
    """再看 n 个: a link without a script; with one, only the new cards and the next link are taken over."""
    sku = make_sku(merchant, stock=500)
    points = [make_point(merchant)]
    for number in range(10):
        make_open(merchant, title=f"团 {number}", skus=[sku], points=points, quantity=10)
    first = client.get("/campaigns/")
    assert len(shown_on(first)) == 6
    assert "再看 4 个" in says(first)
    assert 'href="?page=2"' in text_of(first)
    assert "autofocus" not in text_of(first)
    alone = client.get("/campaigns/", {"page": 2})
    assert (len(shown_on(alone)), "回到第一页" in says(alone), "autofocus" in text_of(alone)) == (4, True, False)
    appended = text_of(client.get("/campaigns/", {"page": 2}, headers={"HX-Request": "true"}))
    assert appended.count("autofocus") == 1
    assert "回到第一页" not in appended


def test_only_the_first_pictures_are_fetched_at_once(client: Client, merchant: Merchant) -> None:
    """Weight: small pictures in rows, and the rest when they come near."""
    sku = make_sku(merchant, stock=500)
    image = add_image(product=sku.product, upload=make_picture(), now=timezone.now())
    for number in range(6):
        make_open(merchant, title=f"团 {number}", skus=[sku], quantity=5)
    page = text_of(client.get("/campaigns/"))
    assert (page.count("<img"), page.count('loading="lazy"')) == (6, 2)
    assert page.count(image.small.url) == 6


@pytest.mark.parametrize(
    "query",
    [
        {"page": "²"},
        {"page": "9" * 30},
        {"category": "²"},
        {"category": "9" * 30},
        {"community": "%"},
        {"q": "q" * 500},
    ],
)
def test_any_address_makes_sense(client: Client, query: dict[str, str]) -> None:
    assert client.get("/campaigns/", query).status_code == 200


def test_queries_grow_neither_with_rows_nor_with_communities_nor_with_points(
    merchant: Merchant, east: PickupPoint, garden: Community
) -> None:
    fruit = make_category("水果")
    sku = make_sku(merchant, stock=500, category_id=fruit.pk)
    query = {"q": "苹果", "category": str(fruit.pk), "sort": "drop"}
    for _nearest_and_one_more in range(2):
        make_open(merchant, points=[east], skus=[sku], quantity=10)
    alice = at_home(garden)
    few = queries_of(alice, "/campaigns/", **query), queries_of(alice, "/")
    for number in range(4):
        points = [east, make_point(merchant, f"门 {number}")]
        make_open(merchant, points=points, skus=[sku], quantity=10)
        make_member(make_user(), make_community(f"小区 {number}", points=points))
        garden.pickup_points.add(points[1])
    assert (queries_of(alice, "/campaigns/", **query), queries_of(alice, "/")) == few
    assert max(few) <= 37


@pytest.mark.parametrize("page", ["0", "-1", "²", "x", "9" * 5_000])
def test_a_page_that_is_none_makes_no_error(client: Client, page: str) -> None:
    make_open(title="阿克苏苹果")
    assert client.get("/campaigns/", {"page": page}).status_code == 200


@pytest.mark.usefixtures("scripted_gateway")
def test_a_row_says_how_much_is_left_and_when_it_is_gone(client: Client, merchant: Merchant) -> None:
    """C2: pieces, places where people are capped, and a word when nobody can join any more."""
    apples = make_open(merchant, title="按件", quantity=4, settle_when_full=False)
    make_open(merchant, title="按人", max_participants=7)
    fill(apples, 1)
    page = says(client.get("/campaigns/"))
    assert "还剩 3 件" in page
    assert "还剩 7 个名额" in page
    assert "已抢光" not in page
    fill(apples, 3)
    page = says(client.get("/campaigns/"))
    assert "已抢光" in page
    assert "还剩 0" not in page
