"""The last line: pages for what went wrong, each with a way out."""

import logging
import secrets
import sys
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

from common.contention import as_refusal
from common.errors import Refusal

logger = logging.getLogger(__name__)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404, for what is not there and for what is not for this person."""
    return render(request, "errors/404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403."""
    return render(request, "errors/403.html", status=403)


def server_error(request: HttpRequest, *args: Any) -> HttpResponse:
    """500, with a reference that stands in the log as well. Touches no database: that may be what broke.

    Where it was, which middleware finds out when it loads or saves a session, the answer is 503.
    """
    if (refusal := as_refusal(sys.exc_info()[1])) is not None:
        return unavailable(refusal)
    reference = secrets.token_hex(2).upper()
    logger.error("server error shown", extra={"reference": reference, "path": request.path})
    return HttpResponse(loader.render_to_string("errors/500.html", {"reference": reference}), status=500)


def unavailable(refusal: Refusal) -> HttpResponse:
    """503 without a look at the database, which is what does not answer."""
    return HttpResponse(loader.render_to_string("errors/503.html", {"refusal": refusal}), status=refusal.status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form is older than the session, or came from elsewhere."""
    return render(request, "errors/csrf.html", status=403)
