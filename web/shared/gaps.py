"""What belongs to each visitor in a page that is otherwise the same for everybody."""

from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import escape

from web.idempotency import new_key

Said = Mapping[str, Any]

TEMPLATES = {
    "bell": "components/_bell_mine.html",
    "messages": "storefront/_messages.html",
    "inviter": "storefront/campaign/_inviter.html",
}
# Gaps that mostly stay empty: whether there is anything to be rendered.
NEEDED: dict[str, Callable[[HttpRequest, Said], object]] = {
    "messages": lambda request, said: len(get_messages(request)),
    "inviter": lambda request, said: said.get("inviter"),
}
TEXTS: dict[str, Callable[[HttpRequest], str]] = {
    "csrf": get_token,
    "key": lambda request: new_key(),
    "here": lambda request: escape(request.get_full_path()),
    "%here": lambda request: quote(request.get_full_path(), safe=""),
}


def filled(name: str, request: HttpRequest, said: Said) -> str:
    """What this visitor sees in a gap."""
    if name in TEXTS:
        return TEXTS[name](request)
    if name in NEEDED and not NEEDED[name](request, said):
        return ""
    return render_to_string(TEMPLATES[name], dict(said), request)
