"""The number a code is on its way to, kept in the session while the code lives: whoever comes back from reading the
text, by the back button or after the phone forgot the page, finds the form where they left it."""

import datetime as dt

from django.http import HttpRequest

from accounts.services.codes import LIFETIME
from common.crypto import decrypt, encrypt

KEY = "code_sent"
CONTEXT = "session.code_sent"


def remember(request: HttpRequest, *, phone: str, purpose: str, now: dt.datetime) -> None:
    """A code of this purpose was sent to the number just now."""
    sealed = encrypt(phone, context=CONTEXT)
    request.session[KEY] = {"phone": sealed, "purpose": purpose, "until": (now + LIFETIME).timestamp()}


def awaited_phone(request: HttpRequest, *, purpose: str, now: dt.datetime) -> str:
    """The number that has a living code of this purpose; empty without one."""
    kept = request.session.get(KEY)
    if not kept or kept["purpose"] != purpose or kept["until"] <= now.timestamp():
        return ""
    return decrypt(kept["phone"], context=CONTEXT)


def forget(request: HttpRequest) -> None:
    """The code was used."""
    request.session.pop(KEY, None)
