"""Instances of models as rows for a function of the database to write."""

import datetime as dt
import json
from functools import cache
from typing import Any

from django.db import models
from django.db.models.expressions import DatabaseDefault


def row_of(instance: models.Model) -> dict[str, Any]:
    """Its columns with what they will hold, but for those that the database gives: the key, and what is left to it."""
    return {
        column: value if prepare is None else prepare(value)
        for column, name, prepare in _columns(type(instance))
        if not isinstance(value := getattr(instance, name), DatabaseDefault)
    }


def to_json(value: Any) -> str:
    """A text that PostgreSQL reads as jsonb; instants keep their microseconds."""
    return json.dumps(value, default=_plain, ensure_ascii=False, separators=(",", ":"))


@cache
def _columns(model: type[models.Model]) -> list[tuple[str, str, Any]]:
    """(column, attribute, how its value is made ready) of every field; JSON goes in as it is."""
    fields = [field for field in model._meta.concrete_fields if not field.primary_key]
    return [
        (str(field.column), field.attname, None if isinstance(field, models.JSONField) else field.get_prep_value)
        for field in fields
    ]


def _plain(value: Any) -> str:
    if isinstance(value, dt.datetime):
        return value.isoformat()
    return str(value)
