"""A quote for a basket: what its rules must know is read first, then the price is pure arithmetic."""

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.db.models.expressions import Combinable

from common.prepared import Prepared, side_by_side
from orders import pricing
from orders.contributions import facts_readers
from orders.facts import BUYER, NOW, Columns, FactsReader, Found, slots_of
from orders.quotes import Basket, Quote

Readers = tuple[tuple[str, FactsReader], ...]


def looks(merchant: Combinable) -> dict[str, Combinable]:
    """What a source asks of BUYER, this merchant and NOW beside its own question, for the facts of every app."""
    asked = {name: reader.looks(BUYER, merchant, NOW) for name, reader in facts_readers.items()}
    return _under_their_names(asked)


def looks_slots(now: dt.datetime) -> dict[str, Any]:
    """What fills the slots that these bring along."""
    return {slot: value for reader in facts_readers for slot, value in reader.slots(now).items()}


def quote(basket: Basket, *, seen: Found, now: dt.datetime) -> Quote:
    """Price the basket with the facts of every app. Raises PlacingDenied.

    `seen` is what came of `looks`; where that is not all, one query asks for the rest.
    """
    facts = {**basket.facts, **facts_of(basket, seen=seen, now=now)}
    return pricing.quote(replace(basket, facts=facts), now=now)


def facts_of(basket: Basket, *, seen: Found, now: dt.datetime) -> dict[str, Any]:
    """What every app knows of a basket, by the names of the readers."""
    readers, found = facts_readers.items(), _by_reader(seen)
    asking = tuple((name, reader) for name, reader in readers if reader.asks(found[name], basket, now))
    if asking:
        row = _question(asking).one(**slots_of(basket, now))
        for name, more in _by_reader(row or {}).items():
            found[name] |= more
    return {name: reader.read(found[name], basket, now) for name, reader in readers}


@lru_cache(maxsize=16)
def _question(readers: Readers) -> Prepared:
    """What these still want to know, in one row."""
    return Prepared(lambda: side_by_side(_under_their_names({name: reader.columns() for name, reader in readers})))


def _under_their_names(asked: Mapping[str, Columns]) -> dict[str, Combinable]:
    return {f"{name}.{each}": column for name, columns in asked.items() for each, column in columns.items()}


def _by_reader(row: Found) -> defaultdict[str, dict[str, Any]]:
    """Each reader's columns; what is nobody's is left out."""
    found: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for key, value in row.items():
        name, dot, each = key.partition(".")
        if dot:
            found[name][each] = value
    return found
