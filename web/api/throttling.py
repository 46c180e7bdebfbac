"""How often one may call: counted in the cache, so that browsing costs no query, and open when the cache is down.

What may not be forgotten (codes, passwords) is counted in Postgres by the services themselves.
"""

import logging
import time
from typing import Any

from django.core.cache import cache
from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from web.clients import client_address

logger = logging.getLogger(__name__)


class FixedWindow(SimpleRateThrottle):
    """So many requests per window and caller; one atomic increment each."""

    num_requests: int | None
    duration: int | None

    def allow_request(self, request: Request, view: Any) -> bool:
        key = None if self.rate is None else self.get_cache_key(request, view)
        if key is None:
            return True
        try:
            return self._count(key) <= int(self.num_requests or 0)
        except Exception:
            # Without the cache people still shop; the guards that matter stand in Postgres.
            logger.exception("throttle cannot count")
            return True

    def _count(self, key: str) -> int:
        window = int(time.time()) // int(self.duration or 1)
        counter = f"{key}:{window}"
        cache.add(counter, 0, timeout=int(self.duration or 1) + 1)
        return cache.incr(counter)

    def wait(self) -> float:
        """Seconds until the next window."""
        duration = int(self.duration or 1)
        return duration - int(time.time()) % duration


class PersonThrottle(FixedWindow):
    """Per signed-in person."""

    scope = "person"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        if not request.user.is_authenticated:
            return None
        return f"throttle:person:{request.user.pk}"


class VisitorThrottle(FixedWindow):
    """Per address of somebody who is not signed in."""

    scope = "visitor"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        if request.user.is_authenticated:
            return None
        return f"throttle:visitor:{client_address(request)}"


class SignInThrottle(FixedWindow):
    """Per address, on everything that takes a phone number, a code or a password."""

    scope = "sign_in"

    def get_cache_key(self, request: Request, view: Any) -> str | None:
        return f"throttle:sign_in:{client_address(request)}"
