"""D1: the address book, whose region is chosen and never typed."""

from typing import Any

import pytest

from accounts.models import Address
from tests.factories.accounts import make_user
from tests.web.storefront.pages import browser_of, says, text_of

pytestmark = pytest.mark.django_db
NEW = "/me/addresses/new/"
TYPED: dict[str, Any] = {"name": "王小明", "phone": "13900000009", "detail": "翠湖湾 1 栋 302"}


def test_without_a_script_each_list_follows_the_choice_above_and_what_was_typed_stays() -> None:
    """D1: 选好了 shows the next list; nothing is saved and nothing is complained about meanwhile."""
    browser = browser_of(make_user())
    assert text_of(browser.get(NEW)).count("<select") == 1

    page = browser.post(NEW, TYPED | {"region_code": "330000", "reveal": "1"})
    assert text_of(page).count("<select") == 2
    assert '<option lang="zh-hans" value="330000" selected>' in text_of(page)
    assert 'value="翠湖湾 1 栋 302"' in text_of(page)
    assert 'role="alert"' not in text_of(page)

    page = browser.post(NEW, TYPED | {"region_code": ["330000", "330100"], "reveal": "1"})
    assert '<option lang="zh-hans" value="330106">西湖区</option>' in text_of(page)
    assert not Address.objects.exists()

    browser.post(NEW, TYPED | {"region_code": ["330000", "330100", "330106"]})
    assert Address.objects.get().region == "浙江省 杭州市 西湖区"


@pytest.mark.parametrize(
    ("codes", "region"),
    [
        (["310000", "310115"], "上海市 浦东新区"),
        (["440000", "441900"], "广东省 东莞市"),
        (["810000"], "香港特别行政区"),
    ],
)
def test_where_levels_are_missing_the_lists_end_sooner(codes: list[str], region: str) -> None:
    """D1: municipalities, cities without districts, special regions."""
    browser = browser_of(make_user())
    page = browser.post(NEW, TYPED | {"region_code": codes, "reveal": "1"})
    assert text_of(page).count("<select") == len(codes)
    browser.post(NEW, TYPED | {"region_code": codes})
    assert Address.objects.get().region == region


def test_with_a_script_the_next_list_is_fetched_alone() -> None:
    part = browser_of().get("/regions/", {"region_code": "330000"})
    assert '<option lang="zh-hans" value="330100">杭州市</option>' in text_of(part)
    assert 'id="id_region_code_1"' in text_of(part)
    assert "<html" not in text_of(part)
    for end in ("330106", "441900", "810000", "", "nowhere"):
        assert text_of(browser_of().get("/regions/", {"region_code": end})).strip() == ""


def test_a_new_province_drops_the_city_that_was_chosen_before() -> None:
    page = browser_of(make_user()).post(NEW, TYPED | {"region_code": ["360000", "330100", "330106"]})
    assert "再往下选，选到区或县" in says(page)
    assert '<option lang="zh-hans" value="360700">赣州市</option>' in text_of(page)
    assert not Address.objects.exists()


def test_no_region_at_all_is_said_at_its_lists() -> None:
    page = browser_of(make_user()).post(NEW, TYPED)
    assert "选一下省市区" in says(page)
    assert 'aria-describedby="id_region_code_error"' in text_of(page)


def test_an_address_from_before_the_check_asks_for_its_region_when_it_is_edited() -> None:
    """D1: it keeps working; what stood there is shown beside the lists."""
    alice = make_user()
    old = Address.objects.create(user=alice, name="王小明", phone="13900000009", region="赣州章贡", detail="翠湖湾 302")
    browser = browser_of(alice)
    assert "以前填的是「赣州章贡」" in says(browser.get(f"/me/addresses/{old.code}/"))
    browser.post(f"/me/addresses/{old.code}/", TYPED | {"region_code": ["360000", "360700", "360702"]})
    old.refresh_from_db()
    assert (old.region_code, old.region) == ("360702", "江西省 赣州市 章贡区")


def test_an_address_with_a_region_shows_it_chosen() -> None:
    alice = make_user()
    browser = browser_of(alice)
    browser.post(NEW, TYPED | {"region_code": ["310000", "310115"]})
    page = text_of(browser.get(f"/me/addresses/{Address.objects.get().code}/"))
    assert '<option lang="zh-hans" value="310115" selected>' in page
    assert "以前填的是" not in page
