"""Every list that operators have is a report: the same columns, the same filters, the same masks."""

import re
from functools import partial
from typing import Any

from django.contrib.admin import ModelAdmin
from django.contrib.admin.utils import label_for_field, lookup_field
from django.contrib.auth import get_user_model
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils.html import strip_tags
from django.utils.safestring import SafeString

from common.exports.cells import Yuan
from common.exports.reports import Asked, Column, Report
from common.labels import labelled
from common.money import parse_yuan

PREFIX = "operators."
FEN = "_fen"
SHOWN_AMOUNT = re.compile(r"−?¥[\d,]+\.\d\d")
IN_FEN, IN_YUAN = re.compile(r"（分）|\(fen\)"), {"（分）": "（元）", "(fen)": "(yuan)"}


def report_of_list(model_admin: ModelAdmin) -> Report:
    """The report of a list, for whoever may see the list."""
    meta = model_admin.opts
    return Report(
        title=meta.verbose_name_plural or meta.object_name or "",
        right=f"{meta.app_label}.view_{meta.model_name}",
        columns=[_column(model_admin, name) for name in model_admin.list_display],
        find=partial(_found, model_admin),
    )


def _found(model_admin: ModelAdmin, asked: Asked) -> QuerySet[Any]:
    """What the list shows this operator for the parameters of its address, on all its pages."""
    request = HttpRequest()
    request.method, request.GET = "GET", asked.query  # type: ignore[assignment]
    request.user = get_user_model()._default_manager.get(pk=asked.actor_id)
    return model_admin.get_changelist_instance(request).queryset


def _column(model_admin: ModelAdmin, name: Any) -> Column:
    return Column(_Title(model_admin, name), partial(_value, model_admin, name))


class _Title:
    """What stands above the column, in the language of whoever reads it; amounts are written in yuan."""

    def __init__(self, model_admin: ModelAdmin, name: Any) -> None:
        self._admin, self._name = model_admin, name

    def __str__(self) -> str:
        model = self._admin.model
        said = str(label_for_field(labelled(model, self._name), model, self._admin))
        return IN_FEN.sub(lambda unit: IN_YUAN[unit[0]], said)


def _value(model_admin: ModelAdmin, name: Any, thing: Model) -> Any:
    field, _attribute, value = lookup_field(name, thing, model_admin)
    if field is None:
        return _as_shown(value)
    if value is not None and field.name.endswith(FEN):
        return Yuan(value)
    if getattr(field, "flatchoices", None):
        return getattr(thing, f"get_{field.name}_display")()
    return str(value) if isinstance(value, Model | dict | list) else value


def _as_shown(value: Any) -> Any:
    """What a column made of a thing, as data: of a badge its word, of a link its text, of "¥29.90" the amount."""
    if isinstance(value, tuple | list):
        value = value[-1] if value else ""
    if isinstance(value, SafeString):
        value = strip_tags(value)
    if isinstance(value, str) and SHOWN_AMOUNT.fullmatch(value):
        fen = parse_yuan(value.removeprefix("−"))
        return Yuan(-fen if value.startswith("−") else fen)
    return value
