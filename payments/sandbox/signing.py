"""How the sandbox and its customers sign: HMAC-SHA256 over timestamp, nonce and the raw body.

A message is `Sandbox-Timestamp` (Unix seconds), `Sandbox-Nonce` and `Sandbox-Signature` (hex) beside the body.
"""

import datetime as dt
import hashlib
import hmac
import secrets
from collections.abc import Mapping

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

TIMESTAMP = "Sandbox-Timestamp"
NONCE = "Sandbox-Nonce"
SIGNATURE = "Sandbox-Signature"
WINDOW = dt.timedelta(minutes=5)


class Unsigned(Exception):
    """The signature is missing or wrong."""


class Stale(Exception):
    """The signature is right, and its time is not now."""


def signed_headers(body: bytes, *, now: dt.datetime) -> dict[str, str]:
    """The three headers for these bytes."""
    timestamp, nonce = str(int(now.timestamp())), secrets.token_hex(16)
    return {TIMESTAMP: timestamp, NONCE: nonce, SIGNATURE: signature(timestamp, nonce, body)}


def check(headers: Mapping[str, str], body: bytes, *, now: dt.datetime) -> None:
    """Prove bytes by their headers. Raises Unsigned, then Stale."""
    given = {name.lower(): value for name, value in headers.items()}
    timestamp, nonce = given.get(TIMESTAMP.lower(), ""), given.get(NONCE.lower(), "")
    expected = signature(timestamp, nonce, body)
    if not hmac.compare_digest(expected.encode(), given.get(SIGNATURE.lower(), "").encode()):
        raise Unsigned
    if not (timestamp.isascii() and timestamp.isdigit()) or not nonce:
        raise Unsigned
    if abs(now.timestamp() - int(timestamp)) > WINDOW.total_seconds():
        raise Stale


def signature(timestamp: str, nonce: str, body: bytes) -> str:
    """64 hex digits."""
    if not settings.SANDBOX_GATEWAY_SECRET:
        raise ImproperlyConfigured("SANDBOX_GATEWAY_SECRET is empty: anybody could sign")
    message = f"{timestamp}\n{nonce}\n".encode() + body
    return hmac.new(settings.SANDBOX_GATEWAY_SECRET.encode(), message, hashlib.sha256).hexdigest()
