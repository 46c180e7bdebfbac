"""Texts come from templates/messages/<kind>.txt: the first line is the title, the rest the body."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.template import Context, engines
from django.template.backends.django import DjangoTemplates
from django.utils import translation

LONGEST_TITLE = 120


@dataclass(frozen=True)
class Wording:
    """What a message says in one language. Plain text: whoever shows it escapes it."""

    title: str
    body: str


def worded(kind: str, *, language: str, context: Mapping[str, Any]) -> Wording:
    """The text of a kind in a language. Raises TemplateDoesNotExist for a kind that nobody wrote."""
    engine = engines["django"]
    assert isinstance(engine, DjangoTemplates)
    template = engine.engine.get_template(f"messages/{kind}.txt")
    with translation.override(language):
        text = template.render(Context(dict(context), autoescape=False))
    title, _newline, body = text.strip().partition("\n")
    return Wording(title=_shortened(title.strip()), body=body.strip())


def _shortened(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"
