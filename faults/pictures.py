"""The state of the database as a picture that two runs of the same work have in common.

Rows stand in it without keys, instants and everything drawn by lot; numbers inside texts are blanked. Amounts, counts,
states, kinds and what is marked with them stay.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.apps import apps
from django.db import models

Picture = Counter[tuple[Any, ...]]

# Tables that tell how often something was tried, not what came of it.
LOG_LIKE = {
    "analytics.staleday": "a day to count again is marked once, however much of it has changed since",
    "common.journalmark": "how far journals were read",
    "payments.gatewaypace": "when a gateway may be called again",
    "payments.ledgeraccount": "opened by the first booking that names it; what is in it are entries",
    "sandbox.sandboxdelivery": "the gateway's errands, on which it goes by itself while we look",
    "sandbox.sandboxfault": "what the gateway was told to do wrong",
    "sandbox.sandboxstrike": "the gateway's trace",
    "sessions.session": "people who browse",
}
# Columns of the same kind.
COUNTING = {
    "campaigns.campaign.version": "raised by whatever may have changed the terms; cached copies carry it",
    "common.alert.times": "how often the same trouble was told",
    "payments.reconciliationline.attempt": "which reading of the bill it was",
    "payments.reconciliationrun.attempt": "how often the bill was read",
    "payments.reconciliationrun.finished_attempt": "which reading of the bill counts",
}
# Drawn by lot, or made of what is.
DRAWN = ("search_text", "pay_url", "phone_hash", "code_hash", "token_hash", "request_hash")
NUMBER = re.compile(r"[0-9A-HJKMNP-TV-Z]{10,}|\d+")


def take_picture() -> Picture:
    """Every row of every table that says what is."""
    return Counter(row for model in apps.get_models() if _is_shown(model) for row in _rows(model))


def difference(before: Picture, after: Picture) -> dict[tuple[Any, ...], int]:
    """How many of each row came (above zero) or went (below zero)."""
    changed = Counter(after)
    changed.subtract(before)
    return {row: times for row, times in changed.items() if times}


def _is_shown(model: type[models.Model]) -> bool:
    """A table of ours; a view says again what its tables say, and counts there whoever came by before."""
    meta = model._meta
    return meta.managed and not model.__module__.startswith("django.") and meta.label_lower not in LOG_LIKE


def _rows(model: type[models.Model]) -> Iterator[tuple[Any, ...]]:
    names = [field.attname for field in model._meta.concrete_fields if _is_telling(field)]
    for values in model._base_manager.values_list("pk", *names):
        yield (model._meta.label_lower, *map(_blanked, values[1:]))


def _is_telling(field: "models.Field[Any, Any]") -> bool:
    """Whether two runs of the same work leave the same in it."""
    if field.primary_key or field.is_relation or field.unique or field.name in DRAWN:
        return False
    if isinstance(field, models.BigIntegerField) and field.name.endswith("_id"):
        return False
    name = f"{field.model._meta.label_lower}.{field.name}"
    return name not in COUNTING and not isinstance(field, models.DateField | models.TimeField)


def _blanked(value: Any) -> Any:
    if isinstance(value, dict | list):
        value = json.dumps(value, sort_keys=True, default=str, ensure_ascii=False)
    return NUMBER.sub("#", value) if isinstance(value, str) else str(value)
