"""What can be exported: reports by name, each contributed by whoever shows the same list on a page."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.functional import Promise

from common.exports.errors import NoSuchReport
from common.models import ExportJob
from common.registry import Registry

CHUNK = 1_000


@dataclass(frozen=True)
class Asked:
    """Whose rows (`scope`, opaque here), what narrows them (`query`, as in the list's address), for whom, and when."""

    scope: str
    query: QueryDict
    actor_id: int
    now: dt.datetime

    @classmethod
    def by(cls, job: ExportJob) -> "Asked":
        """What a job asks."""
        return cls(job.scope, QueryDict(job.query), job.requested_by_id, job.requested_at)


Found = QuerySet[Any] | Sequence[Any]


@dataclass(frozen=True)
class Column:
    """A title, which says itself in the reader's language, and what stands below it; amounts are `cells.Yuan`."""

    title: object
    read: Callable[[Any], Any]


@dataclass(frozen=True)
class Report:
    """A list that can be exported. `right` is the word its face asks before anybody gets it.

    `find` answers with what the page of the list would show, unpaged; what comes as values has a "pk" among them.
    `rows` makes the rows of a chunk of it, in a number of queries that does not grow with the chunk. Personal data
    leaves as masked as it is shown.
    """

    title: str | Promise
    right: str
    columns: Sequence[Column]
    find: Callable[[Asked], Found]
    rows: Callable[[list[Any]], Iterable[Any]] = iter

    @property
    def titles(self) -> list[str]:
        return [str(column.title) for column in self.columns]

    def cells(self, row: Any) -> list[Any]:
        """What stands in one row."""
        return [column.read(row) for column in self.columns]


reports: Registry[Report] = Registry("report")


def report_of(name: str) -> Report:
    """The report of this name. Raises NoSuchReport."""
    if name not in reports:
        raise NoSuchReport
    return reports[name]


def at_most(found: Found, most: int) -> int:
    """How many rows there are, counted no further than `most`."""
    return found[:most].count() if isinstance(found, QuerySet) else min(len(found), most)


def size(found: Found) -> int:
    """How many rows there are."""
    return found.order_by().count() if isinstance(found, QuerySet) else len(found)


def chunks(found: Found) -> Iterator[list[Any]]:
    """All rows, so many at a time, newest first: each query begins where the one before it ended."""
    if not isinstance(found, QuerySet):
        yield from (list(found[start : start + CHUNK]) for start in range(0, len(found), CHUNK))
        return
    left = found.order_by("-pk")
    while part := list(left[:CHUNK]):
        yield part
        left = found.order_by("-pk").filter(pk__lt=_key(part[-1]))


def _key(row: Any) -> Any:
    return row["pk"] if isinstance(row, dict) else row.pk
