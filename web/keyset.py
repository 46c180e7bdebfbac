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
from django.db import connection
from django.db.models import Model, Q, QuerySet

PAGE = 20
AFTER, BEFORE = "after", "before"
WAYS = (AFTER, BEFORE)
LONGEST_PLACE = 200

Place = tuple[Any, ...]


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
    def is_keyset(self) -> bool:
        """Whether its neighbours have places instead of numbers."""
        return True

    @property
    def has_other_pages(self) -> bool:
        return bool(self.previous or self.next)


def keyset_page(
    query: Mapping[str, str],
    rows: QuerySet[Any],
    *,
    by: Sequence[str] = ("pk",),
    parts: Sequence[Q] = (Q(),),
    size: int = PAGE,
) -> KeysetPage:
    """The page that the parameters of an address ask for, the highest row first.

    `by` names columns without NULL in the order of an index, the last of them "pk". Several `parts` make up a list of
    which no index has the order but one has that of each part: so many rows are read of each, and the highest shown.
    """
    place, back = _asked(query, rows, by)
    found = _read(rows, by, parts, place, back=back, most=size + 1)
    if place and (not found or (back and len(found) <= size)):
        # Nothing lies there, or the beginning does: then from there, so that no page is cut short.
        place, back = None, False
        found = _read(rows, by, parts, place, back=back, most=size + 1)
    more, listed = len(found) > size, found[:size]
    if back:
        listed.reverse()
    return KeysetPage(
        listed,
        previous=_link(BEFORE, listed[0], by) if listed and (more if back else place is not None) else "",
        next=_link(AFTER, listed[-1], by) if listed and (back or more) else "",
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


def _asked(query: Mapping[str, str], rows: QuerySet[Any], by: Sequence[str]) -> tuple[Place | None, bool]:
    """After which row, or before which; neither where the address names no place of this list."""
    for way in WAYS:
        place = _place(query.get(way, ""), rows, by)
        if place is not None:
            return place, way == BEFORE
    return None, False


def _place(token: str, rows: QuerySet[Any], by: Sequence[str]) -> Place | None:
    try:
        keys = json.loads(urlsafe_b64decode(token[:LONGEST_PLACE]))
        fields = [rows.model._meta.pk if name == "pk" else rows.model._meta.get_field(name) for name in by]
        place = tuple(field.to_python(key) for field, key in zip(fields, keys, strict=True))
        for field, key in zip(fields, place, strict=True):
            field.run_validators(key)
    except (ValueError, TypeError, OverflowError, ValidationError):
        return None
    return None if None in place else place


def _link(way: str, row: Model, by: Sequence[str]) -> str:
    keys = json.dumps([getattr(row, name) for name in by], default=str, separators=(",", ":"))
    return f"{way}={urlsafe_b64encode(keys.encode()).decode()}"


def _read(
    rows: QuerySet[Any], by: Sequence[str], parts: Sequence[Q], place: Place | None, *, back: bool, most: int
) -> list[Any]:
    """So many rows beyond a place, the nearest first."""
    order = [name if back else f"-{name}" for name in by]
    beyond = rows.filter(_beyond(place, by, back=back)) if place else rows
    if len(parts) == 1:
        return list(beyond.filter(parts[0]).order_by(*order)[:most])
    first, *others = [
        beyond.filter(part).select_related(None).prefetch_related(None).order_by(*order).values_list(*by)[:most]
        for part in parts
    ]
    nearest = first.union(*others, all=True).order_by(*order)[:most]
    return list(rows.filter(pk__in=[keys[-1] for keys in nearest]).order_by(*order))


def _beyond(place: Place, by: Sequence[str], *, back: bool) -> Q:
    """The rows further on: lower ones, or higher ones on the way back. The first column bounds the index."""
    way = "gt" if back else "lt"
    further = Q()
    for count, (name, key) in enumerate(zip(by, place, strict=True)):
        same = dict(zip(by[:count], place[:count], strict=True))
        further |= Q(**same, **{f"{name}__{way}": key})
    return further & Q(**{f"{by[0]}__{way}e": place[0]})
