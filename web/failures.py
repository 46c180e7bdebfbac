"""The last line: pages for what went wrong, each with a way out."""

import logging
import secrets
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

logger = logging.getLogger(__name__)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, for what is not there and for what is not for this person."""
    return render(request, "errors/404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return render(request, "errors/403.html", status=403)


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    """500, with a reference that stands in the log as well. Touches no database: that may be what broke."""
    reference = secrets.token_hex(2).upper()
    logger.error("server error shown", extra={"reference": reference, "path": request.path})
    return HttpResponse(loader.render_to_string("errors/500.html", {"reference": reference}), status=500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is older than the session, or came from elsewhere."""
    return render(request, "errors/csrf.html", status=403)
