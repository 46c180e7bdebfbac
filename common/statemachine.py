"""States are moved by asking the database: update where the old state still holds, and look how many rows changed.

A model with states has `status` and a class attribute `transitions`: {state: {states that may follow}}.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

from django.db import connection, models
from django.utils.translation import gettext_lazy as _

from common.errors import Conflict
from common.models import Transition

WRITE = """
INSERT INTO common_transition (entity, object_id, from_state, to_state, reason, actor_id, at)
SELECT %(entity)s, thing.id, %(was)s, %(to)s, %(reason)s, %(actor)s, %(now)s
  FROM unnest(%(ids)s::bigint[]) WITH ORDINALITY AS thing (id, nth)
 ORDER BY nth
"""

Transitions = Mapping[Any, frozenset[Any]]


class StateChanged(Conflict):
    """Somebody else moved it first, or it never could go there."""

    code = "state_changed"
    message = _("状态已经变了，刷新看看")


class HasStates(Protocol):
    """What `move` needs of a model."""

    pk: Any
    status: str
    transitions: Transitions


def begin(instance: models.Model, *, now: dt.datetime, actor_id: int | None = None) -> None:
    """Write the first line of a new thing's timeline."""
    Transition.objects.create(
        entity=instance._meta.label_lower,
        object_id=instance.pk,
        to_state=instance.status,  # type: ignore[attr-defined]
        actor_id=actor_id,
        at=now,
    )


def begin_many(instances: Sequence[models.Model], *, now: dt.datetime, actor_id: int | None = None) -> None:
    """Write the first lines of the timelines of many new things at once."""
    by_entity: defaultdict[tuple[str, str], list[int]] = defaultdict(list)
    for instance in instances:
        by_entity[instance._meta.label_lower, str(instance.status)].append(instance.pk)  # type: ignore[attr-defined]
    for (entity, state), ids in by_entity.items():
        _write(entity, ids, was="", to=state, reason="", actor_id=actor_id, now=now)


def move(
    instance: Any, to: str, *, now: dt.datetime, actor_id: int | None = None, reason: str = "", **changes: Any
) -> None:
    """Move one thing to a state, with other fields changed in the same statement.

    Raises StateChanged when its state is no longer the one in hand, or when the way is not in its table.
    """
    was = instance.status
    if to not in instance.transitions.get(was, frozenset()):
        raise StateChanged(entity=instance._meta.label_lower, was=was, to=to)
    same_state = type(instance)._base_manager.filter(pk=instance.pk, status=was)
    if same_state.update(status=to, **changes) != 1:
        raise StateChanged(entity=instance._meta.label_lower, was=was, to=to)
    for name, value in {"status": to, **changes}.items():
        setattr(instance, name, value)
    Transition.objects.create(
        entity=instance._meta.label_lower,
        object_id=instance.pk,
        from_state=was,
        to_state=to,
        reason=reason[:200],
        actor_id=actor_id,
        at=now,
    )


def move_many(
    model: Any,
    ids: Iterable[int],
    *,
    was: str,
    to: str,
    now: dt.datetime,
    actor_id: int | None = None,
    reason: str = "",
    **changes: Any,
) -> int:
    """Move locked rows of one model from one state to another; all of them must be in it. Returns how many.

    The caller holds the rows' locks, so that the count cannot change between the update and the timeline.
    """
    wanted = list(ids)
    if to not in model.transitions.get(was, frozenset()):
        raise StateChanged(entity=model._meta.label_lower, was=was, to=to)
    if model._base_manager.filter(pk__in=wanted, status=was).update(status=to, **changes) != len(wanted):
        raise StateChanged(entity=model._meta.label_lower, was=was, to=to)
    _write(model._meta.label_lower, wanted, was=was, to=to, reason=reason, actor_id=actor_id, now=now)
    return len(wanted)


def _write(
    entity: str, ids: Sequence[int], *, was: str, to: str, reason: str, actor_id: int | None, now: dt.datetime
) -> None:
    """The same line on the timelines of many things."""
    step = {"entity": entity, "was": str(was), "to": str(to), "reason": reason[:200], "actor": actor_id, "now": now}
    with connection.cursor() as cursor:
        cursor.execute(WRITE, step | {"ids": list(ids)})
