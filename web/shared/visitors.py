"""The visitor that shared pages are rendered for, and who must not be shown a kept one."""

import re
import secrets
from collections.abc import Mapping
from urllib.parse import urlencode

from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse, QueryDict
from django.utils.safestring import SafeString, mark_safe

from web.htmx import wants_part

ACTED = "acted"
SECONDS_AFTER_AN_ACT = 2


class SignedIn(AnonymousUser):
    """Somebody with an account, whoever it is."""

    @property
    def is_authenticated(self) -> bool:  # type: ignore[override]
        return True

    @property
    def is_anonymous(self) -> bool:  # type: ignore[override]
        return False


class Anybody(HttpRequest):
    """A request of nobody in particular: the address, what it asks for, and whether somebody is signed in.

    Where the address of the real one would stand, and wherever a template leaves a gap, stands a mark nobody can guess.
    """

    def __init__(self, request: HttpRequest, asks: Mapping[str, str]) -> None:
        super().__init__()
        self.method = "GET"
        self.path, self.path_info = request.path, request.path_info
        self.GET = QueryDict(urlencode(asks))
        self.META = {"HTTP_HOST": request.get_host(), "HTTP_HX_REQUEST": "true" if wants_part(request) else ""}
        self.htmx = wants_part(request)
        self.session = {}  # type: ignore[assignment]
        self.user = SignedIn() if request.user.is_authenticated else AnonymousUser()
        self._scheme = request.scheme or ""
        self._mark = secrets.token_hex(8)

    def _get_scheme(self) -> str:
        return self._scheme

    def get_full_path(self, force_append_slash: bool = False) -> str:
        return self.gap("here")

    def gap(self, name: str) -> SafeString:
        """What stands in the page until it is filled in."""
        return mark_safe(f"{self._mark}[{name}]{self._mark}")

    @property
    def stand_ins(self) -> dict[str, str]:
        """Gaps for what templates know by name."""
        return {"csrf_token": self.gap("csrf"), "key": self.gap("key")}

    def pieces(self, page: str) -> list[str]:
        """The page as texts and, between each two of them, the name of a gap; where an address takes it, with a %."""
        parts = re.split(f"{self._mark}(\\[|%5B)(.+?)(?:\\]|%5D){self._mark}", page)
        names = [
            ("%" if bracket == "%5B" else "") + name for bracket, name in zip(parts[1::3], parts[2::3], strict=True)
        ]
        pieces = parts[:1]
        for name, text in zip(names, parts[3::3], strict=True):
            pieces += [name, text]
        return pieces


def differs_by(request: HttpRequest) -> tuple[object, ...]:
    """What makes another page of it for `Anybody`, besides what its view says."""
    return request.path, request.user.is_authenticated, wants_part(request), request.scheme, request.get_host()


def acts(request: HttpRequest, response: HttpResponse) -> None:
    """Remember for a moment that this browser sent a form: its owner wants to see what came of it."""
    response.set_cookie(
        ACTED, "1", max_age=SECONDS_AFTER_AN_ACT, httponly=True, samesite="Lax", secure=request.is_secure()
    )


def has_acted(request: HttpRequest) -> bool:
    """Whether a page that is a second old may be older than what this visitor has just done."""
    return ACTED in request.COOKIES
