"""Reliability 17: long lists are read on from where one stands."""

import datetime as dt
from base64 import urlsafe_b64encode
from collections.abc import Sequence
from typing import Any
from urllib.parse import parse_qsl

import pytest
from django.db import connection
from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from common.models import AuditEntry
from web.keyset import KeysetPage, Stretch, counts_up_to, keyset_page, page_of_stretches, without_place

pytestmark = pytest.mark.django_db
NOON = dt.datetime(2026, 11, 22, 4, 0, 0, 123_456, tzinfo=dt.UTC)
BY = ("-at", "-pk")


@pytest.fixture
def rows() -> QuerySet[AuditEntry]:
    """Forty-five entries, of which three at a time happened at the same instant, of two kinds by turns."""
    AuditEntry.objects.bulk_create(
        AuditEntry(action=f"kind {number % 2}", at=NOON + dt.timedelta(seconds=number // 3)) for number in range(45)
    )
    return AuditEntry.objects.all()


def go(rows: QuerySet[AuditEntry], link: str, **wanted: Any) -> KeysetPage:
    return keyset_page(dict(parse_qsl(link)), rows, **wanted)


def walk(rows: QuerySet[AuditEntry], **wanted: Any) -> list[KeysetPage]:
    pages = [go(rows, "", **wanted)]
    while pages[-1].next:
        pages.append(go(rows, pages[-1].next, **wanted))
    return pages


def keys(pages: Sequence[KeysetPage]) -> list[int]:
    return [entry.pk for page in pages for entry in page]


@pytest.mark.parametrize(
    "wanted", [{}, {"by": BY}, {"parts": [Q(action="kind 0"), Q(action="kind 1"), Q(action="none")]}]
)
def test_every_row_is_met_once_on_the_way_there_and_on_the_way_back(
    rows: QuerySet[AuditEntry], wanted: dict[str, Any]
) -> None:
    everything = list(rows.order_by("-pk").values_list("pk", flat=True))
    pages = walk(rows, **wanted)
    assert [len(page) for page in pages] == [20, 20, 5]
    assert keys(pages) == everything
    assert not pages[0].previous

    back = go(rows, pages[2].previous, **wanted)
    assert keys([back]) == keys([pages[1]])
    first = go(rows, back.previous, **wanted)
    assert keys([first]) == keys([pages[0]])
    assert (first.previous, first.has_other_pages) == ("", True)


@pytest.fixture
def stretches(rows: QuerySet[AuditEntry]) -> list[Stretch]:
    """The oldest of one kind first, then nothing, then the newest of the other kind, by their number and backwards."""
    other = rows.filter(action="kind 1").annotate(number=F("pk") + 0)
    return [
        Stretch(rows.filter(action="kind 0"), ("at", "-pk")),
        Stretch(rows.filter(action="none")),
        Stretch(other, ("-number", "pk")),
    ]


def test_one_stretch_is_read_after_the_other_on_the_way_there_and_on_the_way_back(stretches: list[Stretch]) -> None:
    everything = [row.pk for stretch in stretches for row in stretch.rows.order_by(*stretch.by)]
    assert len(everything) == 45
    pages = [page_of_stretches({}, stretches)]
    while pages[-1].next:
        pages.append(page_of_stretches(dict(parse_qsl(pages[-1].next)), stretches))
    assert [len(page) for page in pages] == [20, 20, 5]
    assert keys(pages) == everything
    middle = page_of_stretches(dict(parse_qsl(pages[2].previous)), stretches)
    assert keys([middle]) == keys([pages[1]]), "which begins in the first stretch and ends in the last"
    first = page_of_stretches(dict(parse_qsl(middle.previous)), stretches)
    assert keys([first]) == keys([pages[0]])
    assert first.previous == ""


def test_a_page_asks_each_stretch_it_touches_and_no_other(stretches: list[Stretch]) -> None:
    """The first page is read from its beginning, also by whoever comes back to it."""
    first = page_of_stretches({}, stretches)
    second = page_of_stretches(dict(parse_qsl(first.next)), stretches)
    for link, queries in ((first.next, 3), (second.next, 1), (second.previous, 2)):
        with CaptureQueriesContext(connection) as asked:
            page_of_stretches(dict(parse_qsl(link)), stretches)
        assert len(asked) == queries
        assert not any("OFFSET" in query["sql"] or "COUNT" in query["sql"] for query in asked)


def test_what_moves_on_to_a_stretch_ahead_is_met_there_again_and_nothing_is_left_out(stretches: list[Stretch]) -> None:
    """As a question that was answered while somebody read those that waited."""
    first = page_of_stretches({}, stretches)
    moved = first.object_list[3]
    AuditEntry.objects.filter(pk=moved.pk).update(action="kind 1")
    second = page_of_stretches(dict(parse_qsl(first.next)), stretches)
    third = page_of_stretches(dict(parse_qsl(second.next)), stretches)
    assert sorted(keys([first, second, third])) == sorted([*AuditEntry.objects.values_list("pk", flat=True), moved.pk])


def test_what_comes_meanwhile_shifts_nothing(rows: QuerySet[AuditEntry]) -> None:
    """Somebody reads on while others buy: no row is shown twice and none is left out."""
    first = go(rows, "")
    AuditEntry.objects.bulk_create(AuditEntry(action="new", at=NOON) for _new in range(7))
    second = go(rows, first.next)
    assert keys([first, second]) == list(rows.exclude(action="new").order_by("-pk").values_list("pk", flat=True)[:40])
    assert len(go(rows, second.previous)) == 20, "back from there it is the page before it"
    newest = go(rows, go(rows, second.previous).previous)
    assert newest.previous == ""
    assert len(newest) == 20, "the first page is never cut short"
    assert newest.object_list[0].action == "new"


def test_a_list_of_one_page_has_no_others(rows: QuerySet[AuditEntry]) -> None:
    page = go(rows, "", size=45)
    assert (len(page), page.has_other_pages) == (45, False)
    assert not go(rows.none(), "").has_other_pages


def token(text: str) -> str:
    return urlsafe_b64encode(text.encode()).decode()


@pytest.mark.parametrize(
    "link",
    [
        "page=5",
        "page=x",
        "after=",
        "after=nonsense",
        "after=%FF%00",
        "before=äöü",
        *(
            f"{way}={token(keys_)}"
            for way in ("after", "before")
            for keys_ in (
                "7",
                "[]",
                "[9]",
                "null",
                '{"a":1}',
                "[" * 150,
                "[0]",
                "[0,1,2]",
                "[1,2]",
                "[-1,2]",
                '["0",2]',
                "[[0],2]",
            )
        ),
        *(
            f"{way}={token(keys_)}"
            for way in ("after", "before")
            for keys_ in ("[0,null]", '[0,"x"]', "[0,Infinity]", "[0,NaN]", "[0,[2]]")
        ),
        f"after={token('[0,' + '9' * 60 + ']')}",
    ],
)
def test_an_old_or_broken_link_leads_to_the_beginning(rows: QuerySet[AuditEntry], link: str) -> None:
    assert keys([go(rows, link)]) == keys([go(rows, "")])


@pytest.mark.parametrize("name", [r"\u0000", r"\ud800"])
def test_a_word_that_no_text_of_the_database_can_hold_leads_to_the_beginning(
    rows: QuerySet[AuditEntry], name: str
) -> None:
    by = ("-action", "-pk")
    first = keyset_page({}, rows, by=by)
    assert keys([keyset_page({"after": token(f'[0,"{name}",7]')}, rows, by=by)]) == keys([first])


def test_beyond_the_last_row_there_is_nothing_but_the_way_back(rows: QuerySet[AuditEntry]) -> None:
    """As when what one stood on was the last, and is gone."""
    page = go(rows, f"after={token('[0,0]')}")
    assert keys([page]) == keys([go(rows, "")])


def test_a_page_is_one_query_however_deep(rows: QuerySet[AuditEntry]) -> None:
    deep = walk(rows)[2].previous
    for link in ("", deep):
        with CaptureQueriesContext(connection) as asked:
            go(rows, link)
        assert len(asked) == 1
        assert "OFFSET" not in asked[0]["sql"]
        assert "COUNT" not in asked[0]["sql"]


def test_nobody_counts_further_than_they_have_to(rows: QuerySet[AuditEntry]) -> None:
    even, odd = rows.filter(action="kind 0"), rows.filter(action="kind 1")
    with CaptureQueriesContext(connection) as asked:
        assert counts_up_to([(even, None), (odd, 10), (rows.none(), None), (rows.filter(pk=0), 10)]) == [23, 10, 0, 0]
    assert len(asked) == 1


def test_links_keep_everything_but_the_place() -> None:
    query = QueryDict("state=all&q=%E6%9D%8E&page=3&after=x&before=y")
    assert without_place(query) == "state=all&q=%E6%9D%8E"
    assert query["after"] == "x"
