"""What every template may use."""

from typing import Any

from django.http import HttpRequest
from django.utils import timezone


def page(request: HttpRequest) -> dict[str, Any]:
    """The server's clock, so that a wrong phone clock shows no wrong countdown."""
    return {"now": timezone.now()}
