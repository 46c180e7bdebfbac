"""How often one may call: counted in the cache, so that browsing costs no query, and open when the cache is down.

What may not be forgotten (codes, passwords) is counted in Postgres by the services themselves.
"""

import logging
import time
from typing import Any

from rest_framework.request import Request
from rest_framework.throttling import SimpleRateThrottle

from web.api.tally import Tally
from web.clients import client_address

logger = logging.getLogger(__name__)

# A process tells the others of a caller so often within a limit, at most: with 600 in a minute, every tenth time.
TOLD_IN_STEPS = 60
_tally = Tally()


class FixedWindow(SimpleRateThrottle):
    """So many requests per window and caller; counted in steps, each an atomic increment."""

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
        seconds, limit = int(self.duration or 1), int(self.num_requests or 0)
        window = int(time.time()) // seconds
        return _tally.count(f"{key}:{window}", step=limit // TOLD_IN_STEPS or 1, seconds=seconds)

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
