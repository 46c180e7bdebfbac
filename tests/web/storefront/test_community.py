"""C2: the 社区 tab: my community or the choice of one; a guest's choice comes along."""

import re
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.models.user import hash_phone
from campaigns.states import Basis
from community.models import Community, Membership
from community.selectors.communities import community_of
from notifications.selectors.sms import last_texts
from tests.factories.accounts import PASSWORD, make_merchant, make_user
from tests.factories.campaigns import HOUR, fill, make_open, make_point
from tests.factories.community import make_community, make_member
from tests.web.storefront.pages import browser_of, hidden, queries_of, says, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]


def choose(browser: Client, community: Community, **more: str) -> str:
    """Where one lands after choosing."""
    return browser.post("/community/choose/", {"code": community.code} | more)["Location"]


def test_the_tab_is_on_every_page_between_hall_and_orders(client: Client) -> None:
    bar = re.search(r'<nav class="tabbar".*?</nav>', text_of(client.get("/")), re.S)
    assert bar
    assert re.findall(r"([^>\s]+)</a>", bar[0]) == ["首页", "拼团大厅", "社区", "订单", "我的"]
    assert 'href="/community/" aria-current="page"' in text_of(client.get("/community/"))


def test_who_has_not_chosen_is_invited_to(client: Client) -> None:
    make_community("锦绣花园")
    page = client.get("/community/")
    assert "你住在哪个社区" in says(page)
    assert "浙江省 杭州市 西湖区" in says(page)
    assert "锦绣花园 小区 · 文三路 1 号" in says(page)


def test_without_any_community_the_tab_leads_to_the_hall(client: Client) -> None:
    page = client.get("/community/")
    assert "还没有社区" in says(page)
    assert 'href="/campaigns/"' in text_of(page)


def test_alice_chooses_and_sees_her_neighbours_points_and_campaigns() -> None:
    """Name, kind, neighbours, pick-up points with hours and masked leader, what is nearest to its next tier."""
    merchant, leader = make_merchant(), make_user(name="欧阳团")
    east = make_point(merchant, "东门菜鸟驿站", leader=leader)
    garden = make_community("锦绣花园", points=[east])
    make_member(make_user(), garden)
    near = make_open(merchant, title="快降价的橙", points=[east])
    fill(near, 4)
    make_open(
        merchant,
        title="早截止的米",
        points=[east],
        closes_at=timezone.now() + HOUR,
        thresholds=(30, 40),
        prices_fen=(990, 890),
        minimum=30,
    )
    make_open(merchant, title="别处的梨", points=[make_point(merchant, "西门")])
    alice = browser_of(make_user())
    assert choose(alice, garden) == "/community/"
    page = alice.get("/community/")
    seen = says(page)
    assert "锦绣花园 小区 · 浙江省 杭州市 西湖区 · 2 户邻居" in seen
    assert "东门菜鸟驿站" in seen
    assert "团长 欧**" in seen
    assert "欧阳团" not in text_of(page)
    assert "全部 2 个" in seen
    assert seen.index("快降价的橙") < seen.index("早截止的米")
    assert "别处的梨" not in seen


def test_a_community_without_campaigns_points_to_the_city() -> None:
    alice, garden = make_user(), make_community("锦绣花园")
    make_member(alice, garden)
    page = browser_of(alice).get("/community/")
    assert "锦绣花园还没有团" in says(page)
    assert "/campaigns/?community=all" in text_of(page)
    assert "还没有自提点" in says(page)


def test_a_guests_choice_is_kept_and_takes_nothing_from_anybody(client: Client) -> None:
    garden = make_community("锦绣花园")
    choose(client, garden)
    assert "登录以后，你就是锦绣花园的邻居" in says(client.get("/community/"))
    assert "锦绣花园" in says(client.get("/"))
    assert Membership.objects.count() == 0


def test_a_guests_choice_becomes_a_membership_when_they_register(client: Client) -> None:
    """C2: chosen before registering, moved in afterwards."""
    garden, phone = make_community("锦绣花园"), "15012345678"
    choose(client, garden)
    form = {"phone": phone, "name": "王小明", "password": PASSWORD, "agreed": "on"}
    client.post("/register/", form | {"send": "1"})
    code = re.search(r"\d{6}", last_texts(hash_phone(phone))[0].text)
    assert code
    client.post("/register/", form | {"code": code[0]})
    assert community_of(User.objects.with_phone(phone).get()) == garden


def test_who_lives_somewhere_already_stays_there_when_signing_in(client: Client) -> None:
    home, visited, alice = make_community("锦绣花园"), make_community("翠苑小区"), make_user()
    make_member(alice, home)
    choose(client, visited)
    client.post("/sign-in/?by=password", {"phone": alice.phone, "password": PASSWORD})
    assert community_of(alice) == home
    assert Membership.objects.count() == 1


def test_who_lives_nowhere_moves_in_when_signing_in(client: Client) -> None:
    garden, alice = make_community("锦绣花园"), make_user()
    choose(client, garden)
    client.post("/sign-in/?by=password", {"phone": alice.phone, "password": PASSWORD})
    assert community_of(alice) == garden


def test_a_choice_that_was_closed_meanwhile_is_forgotten(client: Client) -> None:
    garden, alice = make_community("锦绣花园"), make_user()
    choose(client, garden)
    Community.objects.update(is_active=False)
    assert "还没有社区" in says(client.get("/community/"))
    assert client.post("/sign-in/?by=password", {"phone": alice.phone, "password": PASSWORD}).status_code == 302
    assert Membership.objects.count() == 0


def test_choosing_leads_back_to_where_one_came_from_but_to_no_other_site(client: Client) -> None:
    garden = make_community()
    assert choose(client, garden, next="/campaigns/?sort=drop") == "/campaigns/?sort=drop"
    assert choose(client, garden, next="https://evil.example/") == "/community/"


@pytest.mark.parametrize("code", ["", "nonsense", "%"])
def test_a_community_that_is_not_there_cannot_be_chosen(client: Client, code: str) -> None:
    answer = client.post("/community/choose/", {"code": code})
    assert answer.status_code == 404
    assert "没有找到这个社区" in says(answer)


@pytest.mark.parametrize(("typed", "found"), [("翠苑", True), ("cuiyuan", True), ("CYXQ", True), ("锦", False)])
def test_the_choice_is_searched_by_characters_pinyin_and_initials(client: Client, typed: str, found: bool) -> None:
    make_community("翠苑小区")
    page = says(client.get("/community/choose/", {"q": typed}))
    assert ("翠苑小区" in page) is found
    assert (f"没有找到「{typed}」" in page) is not found


def test_the_nearest_comes_first_where_a_position_is_sent(client: Client) -> None:
    make_community("近处", latitude=Decimal("30.273000"))
    make_community("远处", latitude=Decimal("30.300000"))
    near = client.post("/community/choose/", {"here": "30.3001,120.1312", "next": "/campaigns/"})
    page = says(near)
    assert page.index("远处") < page.index("近处")
    assert "公里" in page
    assert hidden(near, "next") == "/campaigns/"


def test_a_position_is_no_part_of_any_address(client: Client) -> None:
    """Addresses are kept in histories and logs: asked by address, the list does not listen to where somebody is."""
    make_community("近处", latitude=Decimal("30.273000"))
    make_community("远处", latitude=Decimal("30.300000"))
    page = client.get("/community/choose/", {"here": "30.3001,120.1312"})
    assert "离你最近的" not in says(page)
    assert not re.search(r"<form[^>]*method=\"get\"(?:(?!</form>).)*name=\"here\"", text_of(page), re.S)
    assert re.search(r'data-locate="here"[^>]*hx-post="/community/choose/"', text_of(page))


@pytest.mark.parametrize("here", ["", "x", "91,0", "NaN,NaN", "1e400,1", ",", "30.2"])
def test_a_position_that_is_none_shows_the_plain_list(client: Client, here: str) -> None:
    make_community("锦绣花园")
    page = says(client.post("/community/choose/", {"here": here}))
    assert "离你最近的" not in page
    assert "锦绣花园" in page


def test_home_is_about_my_community() -> None:
    """Home: its name with a way to change it, its campaigns, tonight; and the city where it has none."""
    merchant, alice = make_merchant(), make_user()
    east, west = make_point(merchant, "东门"), make_point(merchant, "西门")
    garden = make_community("锦绣花园", points=[east])
    make_member(alice, garden)
    make_open(merchant, title="别处的梨", points=[west], basis=Basis.PARTICIPANTS)
    browser = browser_of(alice)
    empty = says(browser.get("/"))
    assert "锦绣花园还没有团" in empty
    assert "全城正在拼" in empty
    assert "别处的梨" in empty
    make_open(merchant, title="东门的橙", points=[east])
    page = browser.get("/")
    assert "东门的橙" in says(page)
    assert "别处的梨" not in says(page)
    assert 'href="/community/choose/?next=/"' in text_of(page)


def test_queries_do_not_grow_with_communities_or_neighbours() -> None:
    merchant, alice = make_merchant(), make_user()
    garden = make_community("锦绣花园", points=[make_point(merchant, "东门")])
    make_member(alice, garden)
    browser = browser_of(alice)
    paths = ("/community/", "/community/choose/")
    few = [queries_of(browser, path) for path in paths]
    for number in range(5):
        make_member(make_user(), garden)
        make_community(f"小区 {number}")
        garden.pickup_points.add(make_point(merchant, f"门 {number}", leader=make_user()))
    assert [queries_of(browser, path) for path in paths] == few
    assert max(few) <= 16
