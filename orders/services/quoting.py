"""A quote for a basket: what its rules must know is read once, then the price is pure arithmetic."""

import datetime as dt
from collections.abc import Collection
from dataclasses import replace
from functools import lru_cache
from typing import Any

from common.prepared import Prepared, side_by_side
from orders import pricing
from orders.contributions import facts_readers
from orders.facts import FactsReader, slots_of
from orders.quotes import Basket, Quote


def quote(basket: Basket, *, without: Collection[str] = (), now: dt.datetime) -> Quote:
    """Read the facts of every app in one query, and price the basket with them. Raises PlacingDenied.

    `without` names the readers whose sign was not seen.
    """
    facts = {**basket.facts, **facts_of(basket, without=without, now=now)}
    return pricing.quote(replace(basket, facts=facts), now=now)


def facts_of(basket: Basket, *, without: Collection[str] = (), now: dt.datetime) -> dict[str, Any]:
    """What every app knows of a basket, by the names of the readers."""
    readers = tuple(entry for entry in facts_readers.items() if entry[0] not in without)
    return _statement(readers).read(basket, now) if readers else {}


class _Statement:
    """What all readers ask for, in one row; each column under its reader's name."""

    def __init__(self, readers: tuple[tuple[str, FactsReader], ...]) -> None:
        asked = {name: reader.columns() for name, reader in readers}
        self._readers = [(name, reader, {each: f"{name}.{each}" for each in asked[name]}) for name, reader in readers]
        columns = {f"{name}.{each}": column for name, mine in asked.items() for each, column in mine.items()}
        self._prepared = Prepared(lambda: side_by_side(columns))

    def read(self, basket: Basket, now: dt.datetime) -> dict[str, Any]:
        """The row for this basket, said by each reader in its words."""
        row = self._prepared.one(**slots_of(basket, now))
        assert row is not None
        return {
            name: reader.read({each: row[alias] for each, alias in aliases.items()}, basket, now)
            for name, reader, aliases in self._readers
        }


_statement = lru_cache(maxsize=16)(_Statement)
