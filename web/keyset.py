"""Lists that are read on from where one stands: the last page is as near as the first, and nothing is shown twice.

A page is asked for by the keys of the row before it. Whatever is no place of a list, as an old link with the number of
a page, leads to its beginning.
"""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import EmptyResultSet, ValidationError
from django.core.validators import ProhibitNullCharactersValidator
from django.db import connection
from django.db.models import Field, Q, QuerySet

PAGE = 20
AFTER, BEFORE = "after", "before"
WAYS = (AFTER, BEFORE)
LONGEST_PLACE = 200
_has_no_nul = ProhibitNullCharactersValidator()


@dataclass(frozen=True)
class Stretch:
    """Rows of a list that stand together, in an order of their own.

    `by` names columns without NULL as `order_by` does, in the order of an index, the last of them the key. Several
    `parts` make up rows of which no index has the order but one has that of each part: so many rows are read of each,
    and the first of all are shown. No row is in two of them.
    """

    rows: QuerySet[Any]
    by: Sequence[str] = ("-pk",)
    parts: Sequence[Q] = (Q(),)


@dataclass(frozen=True)
class Place:
    """Where one stands: by a row with these keys, in the stretch of this number."""

    stretch: int
    keys: tuple[Any, ...]


@dataclass(frozen=True)
class KeysetPage:
    """Rows of a list, with the parameter that leads to the page before and to the one after, where there is one."""

    object_list: Sequence[Any]
    previous: str = ""
    next: str = ""

    def __iter__(self) -> Iterator[Any]:
        return iter(self.object_list)

    def __len__(self) -> int:
        return len(self.object_list)

    @property
    def has_other_pages(self) -> bool:
        return bool(self.previous or self.next)


def keyset_page(
    query: Mapping[str, str],
    rows: QuerySet[Any],
    *,
    by: Sequence[str] = ("-pk",),
    parts: Sequence[Q] = (Q(),),
    size: int = PAGE,
) -> KeysetPage:
    """The page that the parameters of an address ask for, of a list that is one stretch."""
    return page_of_stretches(query, [Stretch(rows, by, parts)], size=size)


def page_of_stretches(query: Mapping[str, str], stretches: Sequence[Stretch], *, size: int = PAGE) -> KeysetPage:
    """The page that the parameters of an address ask for, of a list that has one stretch after the other. A query for
    each stretch that the page touches, and for each empty one behind it."""
    place, back = _asked(query, stretches)
    found = _read(stretches, place, back=back, most=size + 1)
    if place and (not found or (back and len(found) <= size)):
        # Nothing lies there, or the beginning does: then from there, so that no page is cut short.
        place, back = None, False
        found = _read(stretches, place, back=back, most=size + 1)
    more, listed = len(found) > size, found[:size]
    if back:
        listed.reverse()
    return KeysetPage(
        [row for _stretch, row in listed],
        previous=_link(BEFORE, stretches, *listed[0]) if listed and (more if back else place is not None) else "",
        next=_link(AFTER, stretches, *listed[-1]) if listed and (back or more) else "",
    )


def without_place(query: Any) -> str:
    """The other parameters of an address, for links to other pages of its list."""
    kept = query.copy()
    for name in (*WAYS, "page"):
        kept.pop(name, None)
    return kept.urlencode()


def counts_up_to(most: Sequence[tuple[QuerySet[Any], int | None]]) -> list[int]:
    """How many rows each list has; of one with a bound no more than so many are looked at. One query."""
    statements = [_counting(rows, bound) for rows, bound in most]
    numbered = (f"SELECT {number}, ({sql})" for number, (sql, _params) in enumerate(statements))
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(numbered), [value for _sql, params in statements for value in params])
        return [count for _number, count in sorted(cursor.fetchall())]


def _counting(rows: QuerySet[Any], bound: int | None) -> tuple[str, Sequence[Any]]:
    try:
        sql, params = rows.order_by().values("pk")[:bound].query.sql_with_params()
    except EmptyResultSet:
        return "SELECT 0", ()
    return f"SELECT count(*) FROM ({sql}) AS listed", params


def _asked(query: Mapping[str, str], stretches: Sequence[Stretch]) -> tuple[Place | None, bool]:
    """After which row, or before which; neither where the address names no place of this list."""
    for way in WAYS:
        place = _place(query.get(way, ""), stretches)
        if place is not None:
            return place, way == BEFORE
    return None, False


def _place(token: str, stretches: Sequence[Stretch]) -> Place | None:
    try:
        number, *said = json.loads(urlsafe_b64decode(token[:LONGEST_PLACE]))
        if number not in range(len(stretches)):
            return None
        stretch = stretches[number]
        fields = [_field(stretch.rows, _column(name)) for name in stretch.by]
        keys = tuple(field.to_python(key) for field, key in zip(fields, said, strict=True))
        for field, key in zip(fields, keys, strict=True):
            field.run_validators(key)
            _has_no_nul(key)
            # Half of a pair of surrogates is in no text of the database either.
            str(key).encode()
    except (ValueError, TypeError, OverflowError, ValidationError):
        return None
    return None if None in keys else Place(number, keys)


def _field(rows: QuerySet[Any], column: str) -> "Field[Any, Any]":
    """Of what kind the values of a column are; it may be one that the query works out."""
    if column in rows.query.annotations:
        return rows.query.annotations[column].output_field
    return rows.model._meta.pk if column == "pk" else rows.model._meta.get_field(column)


def _column(name: str) -> str:
    return name.removeprefix("-")


def _link(way: str, stretches: Sequence[Stretch], number: int, row: Any) -> str:
    place = [number, *(getattr(row, _column(name)) for name in stretches[number].by)]
    said = json.dumps(place, default=str, separators=(",", ":"))
    return f"{way}={urlsafe_b64encode(said.encode()).decode()}"


def _read(stretches: Sequence[Stretch], place: Place | None, *, back: bool, most: int) -> list[tuple[int, Any]]:
    """So many rows beyond a place, the nearest first, each with the number of its stretch."""
    ahead = range(len(stretches))[place.stretch if place else 0 :]
    found: list[tuple[int, Any]] = []
    for number in range(place.stretch, -1, -1) if place and back else ahead:
        keys = place.keys if place and place.stretch == number else None
        wanted = most - len(found)
        found += [(number, row) for row in _read_stretch(stretches[number], keys, back=back, most=wanted)]
        if len(found) == most:
            break
    return found


def _read_stretch(stretch: Stretch, keys: tuple[Any, ...] | None, *, back: bool, most: int) -> list[Any]:
    order = [_turned(name) for name in stretch.by] if back else stretch.by
    beyond = stretch.rows.filter(_beyond(keys, order)) if keys else stretch.rows
    if len(stretch.parts) == 1:
        return list(beyond.filter(stretch.parts[0]).order_by(*order)[:most])
    columns = [_column(name) for name in order]
    first, *others = [
        beyond.filter(part).select_related(None).prefetch_related(None).order_by(*order).values_list(*columns)[:most]
        for part in stretch.parts
    ]
    nearest = first.union(*others, all=True).order_by(*order)[:most]
    return list(stretch.rows.filter(pk__in=[found[-1] for found in nearest]).order_by(*order))


def _turned(name: str) -> str:
    return _column(name) if name.startswith("-") else f"-{name}"


def _beyond(keys: tuple[Any, ...], order: Sequence[str]) -> Q:
    """The rows further on in an order. The first column bounds the index."""
    columns = [_column(name) for name in order]
    ways = ["lt" if name.startswith("-") else "gt" for name in order]
    further = Q()
    for count, (column, way, key) in enumerate(zip(columns, ways, keys, strict=True)):
        same = dict(zip(columns[:count], keys[:count], strict=True))
        further |= Q(**same, **{f"{column}__{way}": key})
    return further & Q(**{f"{columns[0]}__{ways[0]}e": keys[0]})
