"""What the statements of a page cost, in buffers: each is explained with the very values it is sent with."""

import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction

EXPLAINED = re.compile(r"\s*\(*(SELECT|INSERT|UPDATE|DELETE|WITH|EXECUTE)\b", re.IGNORECASE)
EXPLAIN = "EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) "
SHOWN, LONGEST = 3, 400
SHARED = ("Shared Hit Blocks", "Shared Read Blocks")


class _Undone(Exception):
    """Ends the transaction of an explanation."""


@dataclass(frozen=True)
class Plans:
    """The statements of an act and the buffers that each of them touched."""

    found: Sequence[tuple[str, int]]

    @property
    def buffers(self) -> int:
        return sum(count for _sql, count in self.found)

    def worst(self, *, beside: "Plans") -> str:
        """The statements that touch most more than the same ones of the other."""
        before = Counter[str]()
        for sql, count in beside.found:
            before[_shape(sql)] += count
        after = Counter[str]()
        for sql, count in self.found:
            after[_shape(sql)] += count
        grown = sorted(after, key=lambda sql: before[sql] - after[sql])
        return "\n".join(f"    {before[sql]:,} → {after[sql]:,}: {sql[:LONGEST]}" for sql in grown[:SHOWN])


def watched(act: Callable[[], object]) -> Plans:
    """Do it, and explain every statement before it is sent."""
    found: list[tuple[str, int]] = []

    def explain(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if EXPLAINED.match(sql) and not many:
            found.append((sql, _buffers(sql, params)))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(explain):
        act()
    return Plans(found)


def _buffers(sql: str, params: Any) -> int:
    """What the statement touches while it runs; nothing of it stays."""
    try:
        with transaction.atomic(), connection.connection.cursor() as bare:
            bare.execute(EXPLAIN + sql, params)
            plan = bare.fetchone()[0]
            raise _Undone
    except _Undone:
        pass
    whole = (json.loads(plan) if isinstance(plan, str) else plan)[0]["Plan"]
    return sum(whole[kind] for kind in SHARED)


def _shape(sql: str) -> str:
    return re.sub(r"\d+", "N", " ".join(sql.split()))
