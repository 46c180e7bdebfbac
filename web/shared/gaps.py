"""What belongs to each visitor in a page that is otherwise the same for everybody."""

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django.contrib.messages import get_messages
from django.http import HttpRequest
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.utils.html import escape
from django.utils.translation import get_language

from notifications.selectors.inbox import unread_count
from web.idempotency import new_key

Said = Mapping[str, Any]

BELL = "bell"
TEMPLATES = {
    BELL: "storefront/_bell.html",
    "messages": "storefront/_messages.html",
    "inviter": "storefront/campaign/_inviter.html",
    "what-waits": "storefront/home/_what_waits.html",
}
# Gaps that mostly stay empty: whether there is anything to be rendered.
NEEDED: dict[str, Callable[[HttpRequest, Said], object]] = {
    "messages": lambda request, said: len(get_messages(request)),
    "inviter": lambda request, said: said.get("inviter"),
    "what-waits": lambda request, said: any(said.values()),
}
TEXTS: dict[str, Callable[[HttpRequest], str]] = {
    "csrf": get_token,
    "key": lambda request: new_key(),
    "here": lambda request: escape(request.get_full_path()),
    "%here": lambda request: quote(request.get_full_path(), safe=""),
}


def filled(name: str, request: HttpRequest, said: Said) -> str:
    """What this visitor sees in a gap."""
    if name == BELL:
        return _bell(get_language(), unread_count(request.user.pk or 0))
    if name in TEXTS:
        return TEXTS[name](request)
    if name in NEEDED and not NEEDED[name](request, said):
        return ""
    return render_to_string(TEMPLATES[name], dict(said), request)


@lru_cache(maxsize=256)
def _bell(language: str, unread: int) -> str:
    """It looks the same for everybody who has so many messages to read."""
    return render_to_string(TEMPLATES[BELL], {"unread": unread})
