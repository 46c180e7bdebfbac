"""Reliability 17: every list that grows is read on from where one stands, there and back, and counts nothing twice."""

from collections.abc import Callable, Iterator
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.web.long_lists import (
    LISTS,
    LongList,
    customers,
    pickups_of_a_leader,
    questions_about_a_product,
    used_coupons,
)
from tests.web.storefront.pages import next_of, previous_of, says
from web import counting
from web.keyset import keyset_page, page_of_stretches
from web.operators import exports
from web.storefront import pickups
from web.storefront.reviews import reading

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]
# So many stretches a page may have to look into beside its first.
OTHERS = 4


@pytest.fixture(autouse=True)
def short_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two rows on each."""
    for read in (keyset_page, page_of_stretches):
        monkeypatch.setattr(read, "__kwdefaults__", {**(read.__kwdefaults__ or {}), "size": 2})
    for module in (exports, pickups, reading):
        monkeypatch.setattr(module, "PAGE", 2)


def read(listed: LongList, link: str) -> str:
    answer = listed.browser.get(f"{listed.address.split('?')[0]}{link}")
    assert answer.status_code == 200
    return unescape(answer.content.decode())


def asked_by(listed: LongList, link: str) -> list[str]:
    """The queries of a page."""
    with CaptureQueriesContext(connection) as asked:
        read(listed, link)
    return [query["sql"] for query in asked]


def walk(listed: LongList) -> Iterator[str]:
    """Every page from the first to the last."""
    page = read(listed, f"?{listed.address.split('?')[1]}")
    yield page
    while 'rel="next"' in page:
        page = read(listed, next_of(page))
        yield page


@pytest.mark.parametrize("make", LISTS, ids=lambda make: make.__name__)
def test_every_row_is_met_once_on_the_way_there_and_on_the_way_back(make: Callable[[], LongList]) -> None:
    listed = make()
    pages = list(walk(listed))
    assert [listed.shown_on(page) for page in pages] == [listed.rows[:2], listed.rows[2:4], listed.rows[4:]]
    assert 'rel="prev"' not in pages[0]
    middle = read(listed, previous_of(pages[2]))
    assert listed.shown_on(middle) == listed.rows[2:4]
    first = read(listed, previous_of(middle))
    assert listed.shown_on(first) == listed.rows[:2]
    of_old = read(listed, f"?{listed.address.split('?')[1]}page=2")
    assert listed.shown_on(of_old) == listed.rows[:2], "a link of old leads to the beginning"

    shallow, deep = asked_by(listed, "?" + listed.address.split("?")[1]), asked_by(listed, next_of(middle))
    assert len(deep) <= len(shallow) + OTHERS
    assert not any("OFFSET" in sql for sql in deep)


def test_people_are_told_so_many_where_nobody_counts_on(monkeypatch: pytest.MonkeyPatch) -> None:
    """What waits for somebody is counted to the last one."""
    monkeypatch.setattr(counting, "MOST_COUNTED", 3)
    for make, told in (
        (customers, "3+ 位顾客"),
        (questions_about_a_product, "提问 3+"),
        (used_coupons, "已使用 3+"),
        (pickups_of_a_leader, "等着来取的 5 单"),
    ):
        listed = make()
        assert told in says(listed.browser.get(listed.address)), told
