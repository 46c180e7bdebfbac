"""The timeline of a thing with states, as a statement: it begins once, each step follows the one before and is allowed,
and the last one is where the thing stands."""

from collections.abc import Iterable, Iterator
from typing import Any

from common.invariants import declare
from common.moving import declare_moving

SQL = """
WITH allowed (was, became) AS (VALUES {allowed}), steps AS (
    SELECT object_id, from_state, to_state,
           lag(to_state, 1, '') OVER life AS before, lead(id) OVER life IS NULL AS is_last
      FROM common_transition WHERE entity = '{entity}'
    WINDOW life AS (PARTITION BY object_id ORDER BY id)
)
SELECT object_id, from_state, to_state FROM steps
 WHERE from_state <> before
    OR NOT EXISTS (SELECT 1 FROM allowed WHERE was = from_state AND became = to_state)
UNION ALL
SELECT thing.id, coalesce(steps.to_state, ''), thing.status FROM {table} thing
  LEFT JOIN steps ON steps.object_id = thing.id AND steps.is_last
 WHERE steps.to_state IS DISTINCT FROM thing.status
"""


def declare_timeline(model: Any, *, begins: Iterable[str], because: Iterable[str] = ()) -> None:
    """Add the statement about this model's timeline; `begins` are the states in which such a thing may come to be.

    Things with timelines move; what else says that one has, is `because`, as in `common.moving`.
    """
    declare_moving(model, because=because)
    allowed = ", ".join(f"('{was}', '{became}')" for was, became in _steps(model, begins))
    meta = model._meta
    declare(
        name_of(model),
        f"状态记录首尾相接，每一步都是允许的，最后一步就是现在的状态：{meta.verbose_name}（I28）",
        SQL.format(allowed=allowed, entity=meta.label_lower, table=meta.db_table),
        lately={
            meta.db_table: f"id = ANY({{{meta.db_table}}})",
            "common_transition": f"entity = '{meta.label_lower}' AND object_id = ANY({{{meta.db_table}}})",
        },
    )


def name_of(model: Any) -> str:
    """What the statement about this model's timeline is called."""
    return f"timeline.{model._meta.model_name}"


def _steps(model: Any, begins: Iterable[str]) -> Iterator[tuple[str, str]]:
    yield from (("", state) for state in begins)
    yield from ((was, became) for was, follow in model.transitions.items() for became in sorted(follow))
