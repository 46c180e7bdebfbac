"""Lines to gateways are kept from one call to the next: opening one costs more than what is said over it.

A line that the other side has closed meanwhile is seen to be closed before anything is said, and a new one is opened.
One that is cut while a call is under way is a silence like any other: nothing is said twice behind our back.
"""

import os
from functools import lru_cache
from http.cookiejar import DefaultCookiePolicy
from typing import Any

import requests
from django.conf import settings
from requests.adapters import HTTPAdapter

from payments.errors import GatewayUnavailable
from payments.gateways.base import forbid_in_transaction

MOST_KEPT = 16


def send(method: str, url: str, *, through_proxies: bool = True, **parts: Any) -> requests.Response:
    """One call, whatever it is answered. Raises GatewayUnavailable when no answer came."""
    forbid_in_transaction()
    lines = _lines(os.getpid(), through_proxies=through_proxies)
    timeout = settings.GATEWAY_TIMEOUT_SECONDS
    try:
        return lines.request(method, url, timeout=timeout, allow_redirects=False, **parts)
    except requests.RequestException as error:
        raise GatewayUnavailable from error


@lru_cache(maxsize=4)
def _lines(process: int, *, through_proxies: bool) -> requests.Session:
    """Those of one process; a child of it opens its own. Threads share them: whoever calls has a line for itself."""
    lines = requests.Session()
    # Whether the environment is asked for proxies, which takes a third of a call.
    lines.trust_env = through_proxies
    # Of one call nothing is known in the next.
    lines.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    for scheme in ("http://", "https://"):
        lines.mount(scheme, HTTPAdapter(pool_maxsize=MOST_KEPT))
    return lines
