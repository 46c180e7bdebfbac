"""From which device somebody comes: a random token in a first-party cookie, of which only a keyed hash is kept.

The cookie is set where people sign in, register or place an order, and nowhere else; it says nothing about anybody,
no script reads it, and what was seen with it is forgotten after `settings.KEEP_SIGHTINGS`.
"""

import datetime as dt
import re
import secrets

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from accounts.models import User
from common.lately import Lately
from risk.services import sightings
from web.clients import client_address

COOKIE = "device"
TOKEN_BYTES = 24
TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
KEPT_FOR = dt.timedelta(days=365)
_seen_lately = Lately()


def sight(request: HttpRequest, answer: HttpResponseBase, user: User, *, now: dt.datetime) -> None:
    """Write down that a person came from this browser, which is given a token if it has none."""
    token = token_of(request) or secrets.token_urlsafe(TOKEN_BYTES)
    sightings.sight(user_id=user.pk, device=token, ip=client_address(request), now=now)
    answer.set_cookie(
        COOKIE,
        token,
        max_age=KEPT_FOR,
        httponly=True,
        samesite="Lax",
        secure=bool(settings.SESSION_COOKIE_SECURE),
    )


def sight_program(request: HttpRequest, user: User, *, now: dt.datetime) -> None:
    """The same for a program, which keeps no cookie of ours: its network says something, its device nothing.

    Whoever comes again and again from the same place is written down once an hour by each process.
    """
    device, ip = token_of(request), client_address(request)
    if _seen_lately.is_new((user.code, device, ip, now.replace(minute=0, second=0, microsecond=0))):
        sightings.sight(user_id=user.pk, device=device, ip=ip, now=now)


def token_of(request: HttpRequest) -> str:
    """The token a browser brings; empty without one, or when it was never ours by its looks."""
    brought = request.COOKIES.get(COOKIE, "")
    return brought if TOKEN.fullmatch(brought) else ""
