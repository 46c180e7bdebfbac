"""Asking a provider over HTTP, and telling what surely failed from what perhaps did not."""

import json
from typing import Any

import requests
from django.conf import settings
from urllib3.exceptions import NewConnectionError

from common.outgoing import forbid_in_transaction
from notifications.errors import ChannelRefused, ChannelUnavailable, OutcomeUnknown

BUSY = (429, 503)


def post_json(
    url: str, body: bytes, *, headers: dict[str, str] | None = None, query: dict[str, str] | None = None
) -> dict[str, Any]:
    """The JSON object that answers. Follows no redirect: nobody leads us to another server.

    What is raised carries neither address nor body, and is not chained: either may hold secrets.
    """
    forbid_in_transaction()
    try:
        answer = requests.post(
            url,
            data=body,
            params=query,
            headers={"Content-Type": "application/json; charset=utf-8"} | (headers or {}),
            timeout=settings.CHANNEL_TIMEOUT_SECONDS,
            allow_redirects=False,
        )
    except requests.RequestException as error:
        never_left = _never_left(error)
    else:
        return _read(answer)
    raise (ChannelUnavailable if never_left else OutcomeUnknown)("no_answer")


def as_json(content: Any) -> bytes:
    """Chinese as it is: providers count characters."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def _never_left(error: requests.RequestException) -> bool:
    """Whether the other side cannot have read anything."""
    if isinstance(error, requests.ConnectTimeout | requests.exceptions.SSLError):
        return True
    inner = error.args[0] if error.args else None
    return isinstance(getattr(inner, "reason", None), NewConnectionError)


def _read(answer: requests.Response) -> dict[str, Any]:
    if answer.status_code in BUSY:
        raise ChannelUnavailable(f"http_{answer.status_code}")
    if answer.status_code >= 500:
        raise OutcomeUnknown(f"http_{answer.status_code}")
    if answer.status_code != 200:
        raise ChannelRefused(f"http_{answer.status_code}")
    try:
        content = json.loads(answer.content)
    except ValueError:
        content = None
    if not isinstance(content, dict):
        raise OutcomeUnknown("unreadable")
    return content
