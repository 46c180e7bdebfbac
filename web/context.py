"""What every template may use."""

from collections.abc import Callable
from functools import cache
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone

from notifications.selectors.inbox import unread_count


def page(request: HttpRequest) -> dict[str, Any]:
    """The server's clock, so that a wrong phone clock shows no wrong countdown; the unread messages; the demo flag;
    whom to call when the platform owes an answer."""
    return {
        "now": timezone.now(),
        "unread": _unread(request),
        "demo": settings.DEMO,
        "platform_phone": settings.PLATFORM_PHONE,
    }


def _unread(request: HttpRequest) -> Callable[[], int]:
    """Counted when a page shows it, once, and for whom is signed in."""

    @cache
    def count() -> int:
        user = getattr(request, "user", None)
        return unread_count(user.pk) if user is not None and user.is_authenticated else 0

    return count
