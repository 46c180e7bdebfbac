"""Pages that HTMX asks a part of."""

from django.http import HttpRequest


def wants_part(request: HttpRequest) -> bool:
    """Whether a script swaps the answer into the page, instead of the browser showing it."""
    return request.headers.get("HX-Request") == "true"
