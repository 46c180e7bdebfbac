"""What every page shares on its way in and out."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from common.contention import DatabaseAway, as_refusal
from common.errors import Refusal
from web.failures import unavailable
from web.shared.visitors import acts

GetResponse = Callable[[HttpRequest], HttpResponse]


class ActsAreSeen:
    """Whoever sends a form sees what came of it at once, also on pages that are otherwise up to a second old."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.method == "POST" and settings.SESSION_COOKIE_NAME in request.COOKIES:
            acts(request, response)
        return response


class RefusalPages:
    """A refusal that no view turned into a form error becomes a page that says what happened and what to do."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if response.status_code == 405 and request.method == "GET" and not response.content:
            allowed, response = response["Allow"], render(request, "errors/405.html", status=405)
            response["Allow"] = allowed
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: list[Any], kwargs: dict[str, Any]
    ) -> None:
        """PostgreSQL keeps no NUL byte and nobody types one. Programs are told so by the doors made for them."""
        if getattr(view, "csrf_exempt", False):
            return
        typed = [request.path_info]
        typed += [value for data in (request.GET, request.POST) for _name, values in data.lists() for value in values]
        if any("\0" in text for text in typed):
            raise Http404

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        refusal = exception if isinstance(exception, Refusal) else as_refusal(exception)
        if refusal is None:
            return None
        if isinstance(refusal, DatabaseAway):
            return unavailable(refusal)
        return render(request, "errors/refusal.html", {"refusal": refusal}, status=refusal.status)
