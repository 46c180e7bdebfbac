"""Texts come from templates/messages/<kind>.txt, or from what operators wrote instead: the first line is the title,
the rest the body."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.template import Context, Engine, Template, engines
from django.template.backends.django import DjangoTemplates
from django.utils import translation

logger = logging.getLogger(__name__)

LONGEST_TITLE = 120


@dataclass(frozen=True)
class Wording:
    """What a message says in one language. Plain text: whoever shows it escapes it.

    `url` is where it leads, a path of this site; `parameters` are what a provider fills into a template of its own
    that stands for this kind; `unsubscribe` is the address that ends such messages at one touch.
    """

    title: str
    body: str
    kind: str = ""
    url: str = ""
    parameters: tuple[str, ...] = ()
    unsubscribe: str = ""


def worded(kind: str, *, language: str, context: Mapping[str, Any], text: str = "", url: str = "") -> Wording:
    """The text of a kind in a language, operators' own `text` first. Raises TemplateDoesNotExist for a kind that nobody
    wrote. An operator's text that fails keeps nobody from hearing: the house's own is told, and the log says so."""
    house = engine().get_template(f"messages/{kind}.txt")
    wording = _own(kind, text, language, context) if text else None
    wording = wording or rendered(house, language=language, context=context)
    return replace(wording, kind=kind, url=url)


def _own(kind: str, text: str, language: str, context: Mapping[str, Any]) -> Wording | None:
    try:
        return rendered(engine().from_string(text), language=language, context=context)
    except Exception:
        logger.exception("an operator's text could not be rendered", extra={"kind": kind, "language": language})
        return None


def engine() -> Engine:
    """The one that all texts of the house are rendered by."""
    django = engines["django"]
    assert isinstance(django, DjangoTemplates)
    return django.engine


def rendered(template: Template, *, language: str, context: Mapping[str, Any]) -> Wording:
    """Title and body."""
    with translation.override(language):
        text = template.render(Context(dict(context), autoescape=False))
    title, _newline, body = text.strip().partition("\n")
    return Wording(title=_shortened(title.strip()), body=body.strip())


def _shortened(title: str) -> str:
    return title if len(title) <= LONGEST_TITLE else title[: LONGEST_TITLE - 1] + "…"
