"""How many rows the tabs of a list hold: what is to do to the last one, what is over no further than anybody looks."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from web.keyset import counts_up_to

MOST_COUNTED = 999
# Sums are shown of no more rows than these.
MOST_ADDED_UP = 5_000


@dataclass(frozen=True)
class Counted:
    """How many rows a tab holds; `is_more` where nobody counted on."""

    rows: int
    is_more: bool = False

    def __str__(self) -> str:
        return f"{self.rows}+" if self.is_more else str(self.rows)


def count_tabs(
    rows: QuerySet[Any], tabs: Mapping[str, Collection[str]], *, to_do: Collection[str]
) -> dict[str, Counted]:
    """How many rows each tab holds, which names their states: to the last one where all of them are something `to_do`,
    no further than is told of what is over. One query."""
    by_state = {state: rows.filter(status=state) for states in tabs.values() for state in states}
    counted = count_lists(by_state, to_do=to_do)
    return {name: _together([counted[state] for state in states]) for name, states in tabs.items()}


def count_lists(lists: Mapping[str, QuerySet[Any]], *, to_do: Collection[str]) -> dict[str, Counted]:
    """How many rows each of them holds, in the same way. One query."""
    bounds = [None if name in to_do else MOST_COUNTED + 1 for name in lists]
    numbers = counts_up_to(list(zip(lists.values(), bounds, strict=True)))
    return {name: _told(number, bound) for name, number, bound in zip(lists, numbers, bounds, strict=True)}


def are_too_many(rows: QuerySet[Any]) -> bool:
    """Whether there are more than anybody adds up while a page waits. One query."""
    return counts_up_to([(rows, MOST_ADDED_UP + 1)]) > [MOST_ADDED_UP]


def _told(number: int, bound: int | None) -> Counted:
    return Counted(MOST_COUNTED, is_more=True) if bound is not None and number == bound else Counted(number)


def _together(parts: Collection[Counted]) -> Counted:
    """Nobody needs the sum of what was not counted to its end."""
    if any(part.is_more for part in parts):
        return Counted(MOST_COUNTED, is_more=True)
    return Counted(sum(part.rows for part in parts))
