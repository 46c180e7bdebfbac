"""What every page shares on its way in and out."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from common.errors import Refusal

GetResponse = Callable[[HttpRequest], HttpResponse]


class RefusalPages:
    """A refusal that no view turned into a form error becomes a page that says what happened and what to do."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not isinstance(exception, Refusal):
            return None
        return render(request, "errors/refusal.html", {"refusal": exception}, status=exception.status)
