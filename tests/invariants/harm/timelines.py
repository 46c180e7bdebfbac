"""Harm to the timeline of everything that has states: a statement for each, found by itself."""

from collections.abc import Iterator
from typing import Any

from django.apps import apps

from common.timelines import name_of


def _harm_to(model: Any) -> Iterator[str]:
    """A beginning is lost, a step leads elsewhere, a state was typed over, and a step that nothing allows."""
    entity, table = model._meta.label_lower, model._meta.db_table
    yield f"DELETE FROM common_transition WHERE entity = '{entity}' AND from_state = ''"
    yield f"UPDATE common_transition SET to_state = 'nowhere' WHERE entity = '{entity}'"
    yield f"UPDATE {table} SET status = 'nowhere'"
    yield (
        "WITH moved AS (INSERT INTO common_transition (entity, object_id, from_state, to_state, reason, at) "
        f"SELECT '{entity}', id, status, 'nowhere', '', now() FROM {table}) UPDATE {table} SET status = 'nowhere'"
    )


HARM: list[tuple[str, str]] = [
    (name_of(model), statement)
    for model in apps.get_models()
    if hasattr(model, "transitions")
    for statement in _harm_to(model)
]
