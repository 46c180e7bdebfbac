"""The component sheet, and the style sheet that shows it in one theme."""

import re
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.safestring import SafeString

from web.backoffice.access import Right, Shop, needs
from web.backoffice.components.specimens import Specimen, specimens
from web.backoffice.components.themes import THEMES, roles
from web.backoffice.shell import show

ICON = re.compile(r'<symbol id="i-([a-z-]+)"')


@dataclass(frozen=True)
class Drawn:
    """A component with its states as HTML."""

    specimen: Specimen
    states: list[tuple[str | Promise, SafeString]]


@needs(Right.HOME)
def components(request: HttpRequest, shop: Shop) -> HttpResponse:
    """Everything under templates/components/, in the theme the address asks for or the device prefers."""
    theme = request.GET.get("theme", "")
    drawn = [_drawn(request, specimen) for specimen in specimens(now=timezone.now())]
    context = {"drawn": drawn, "theme": theme if theme in THEMES else "", "icons": _icons()}
    return show(request, shop, "components/index.html", context, here="components")


@needs(Right.HOME)
def theme(request: HttpRequest, shop: Shop, name: str) -> HttpResponse:
    """The roles of one theme."""
    if name not in THEMES:
        raise Http404
    return HttpResponse(roles(name), content_type="text/css; charset=utf-8")


def _icons() -> list[str]:
    """The names of the common sprite; it stands on every page already and is not drawn twice."""
    return ICON.findall(render_to_string("components/_icons.html"))


def _drawn(request: HttpRequest, specimen: Specimen) -> Drawn:
    template = f"components/{specimen.file}"
    return Drawn(specimen, [(word, render_to_string(template, given, request)) for word, given in specimen.states])
