"""Which rows have moved lately, so that statements about them can be asked often, however much lies behind.

Whatever changes here leaves a row behind it: a new one, a step on a timeline, an entry of the ledger, a movement in a
journal of stock. Each app names the tables whose rows move and the journals that say so. Journals are read on by their
keys from a mark; the first look begins where they end, and what was before is for those who walk
through everything.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import connection

from common.models import JournalMark, Transition
from common.registry import Registry

# More than that in one go is looked at the newest first; the rest is met by the walk through everything.
MOST_MOVED = 50_000

Marks = Mapping[str, int]
# By table the keys of the rows that moved, as an array of the database.
Moved = Mapping[str, str]

STEPS = Transition._meta.db_table
REMEMBER = """
INSERT INTO common_journalmark ("table", last, before) VALUES (%s, %s, %s)
ON CONFLICT ("table") DO UPDATE SET before = common_journalmark.last, last = excluded.last
"""


@dataclass(frozen=True)
class Moving:
    """A table whose rows move: the column of its keys, and queries for those of rows that moved without being new."""

    table: str
    key: str
    because: tuple[str, ...]

    @property
    def sql(self) -> str:
        new = f"SELECT {self.key} FROM {self.table} WHERE {self.key} > {{since[{self.table}]}}"
        named = " UNION ".join((new, *self.because))
        return f"SELECT key FROM ({named}) AS moved (key) WHERE key IS NOT NULL ORDER BY key DESC LIMIT {MOST_MOVED}"


_moving: Registry[Moving] = Registry("moving table")


def declare_moving(model: Any, *, because: Iterable[str] = ()) -> None:
    """Rows of this model move: new ones, those with a new step on their timelines, and those that a query names.

    In such a query `{table}` stands for the keys of the rows that moved of a table that was declared before.
    """
    meta = model._meta
    steps = f"SELECT object_id FROM {STEPS} WHERE entity = '{meta.label_lower}' AND id > {{since[{STEPS}]}}"
    _moving.register(meta.db_table, Moving(meta.db_table, meta.pk.column, (steps, *because)))


@dataclass(frozen=True)
class Look:
    """What moved, and how far the journals had come by then."""

    moved: Moved
    newest: Marks


def look() -> Look:
    """What has moved since the look before the last one; the first look sees nothing. Two queries for each table."""
    newest = _newest()
    known = dict(JournalMark.objects.values_list("table", "before"))
    return Look(_moved(newest | known), newest)


def remember(seen: Look) -> None:
    """The next look but one goes on where this one ended."""
    with connection.cursor() as cursor:
        cursor.executemany(REMEMBER, [(table, key, key) for table, key in seen.newest.items()])


def _newest() -> dict[str, int]:
    """The highest key of every table that is a journal to somebody."""
    keys = {STEPS: "id"} | {moving.table: moving.key for moving in _moving}
    sql = " UNION ALL ".join(f"SELECT '{table}', max({key}) FROM {table}" for table, key in keys.items())
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return {table: key or 0 for table, key in cursor.fetchall()}


def _moved(since: Marks) -> Moved:
    moved: dict[str, str] = {}
    with connection.cursor() as cursor:
        for moving in _moving:
            cursor.execute(moving.sql.format(since=since, **moved))
            moved[moving.table] = _array(key for (key,) in cursor.fetchall())
    return moved


def _array(keys: Iterable[int]) -> str:
    return f"'{{{','.join(map(str, keys))}}}'::bigint[]"
