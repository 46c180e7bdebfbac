"""Rendering a page once for everybody, and filling in what belongs to each visitor."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.translation import get_language

from web.shared import visitors
from web.shared.gaps import filled
from web.shared.keeping import kept, key_of
from web.shared.visitors import Anybody, has_acted

Context = dict[str, Any]
Made = tuple[tuple[bytes, ...], tuple[str, ...], Any]


@dataclass(frozen=True)
class Look:
    """What a page shows, and what its view wants to know again when it comes from the cache."""

    context: Context
    facts: Any = None


@dataclass(frozen=True)
class SharedPage:
    """A page that anybody may be shown: texts, and between each two of them the name of a gap."""

    texts: tuple[bytes, ...]
    gaps: tuple[str, ...]
    facts: Any

    def for_visitor(self, request: HttpRequest, said: Mapping[str, Any] | None = None) -> HttpResponse:
        """The page of one visitor; `said` is what its gaps need besides the request."""
        pieces = [self.texts[0]]
        for name, text in zip(self.gaps, self.texts[1:], strict=True):
            pieces += [filled(name, request, said or {}).encode(), text]
        return HttpResponse(b"".join(pieces))


def shared_page(
    request: HttpRequest,
    template: str,
    look: Callable[[HttpRequest], Look],
    *,
    asks: Mapping[str, str] | None = None,
    differs_by: tuple[object, ...] = (),
) -> SharedPage:
    """The page as it was less than a second ago, or as it is now.

    `look` must find everything it needs in `Anybody`, in `asks` (what the address says) and in `differs_by`.
    """
    key = key_of(template, asks, differs_by, get_language(), *visitors.differs_by(request))

    def make() -> Made:
        return _rendered(Anybody(request, asks or {}), template, look)

    return SharedPage(*kept(key, make, afresh=has_acted(request)))


def _rendered(anybody: Anybody, template: str, look: Callable[[HttpRequest], Look]) -> Made:
    """Plain tuples, which are quicker to read from the cache than a class of ours."""
    seen = look(anybody)
    page = render_to_string(template, seen.context | anybody.stand_ins, anybody)
    pieces = anybody.pieces(page)
    return tuple(text.encode() for text in pieces[::2]), tuple(pieces[1::2]), seen.facts
