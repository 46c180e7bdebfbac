"""Bare endpoints: the same server, middleware and sign-in, and of the work no more than the row's limit."""

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse


def kept(request: HttpRequest, name: str) -> HttpResponse:
    """So many bytes, as one GET from Valkey brings them."""
    return HttpResponse(cache.get(f"bench:{name}"))


def keep(name: str, content: bytes) -> str:
    """Put bytes into Valkey; the path where `kept` answers them."""
    cache.set(f"bench:{name}", content, timeout=None)
    return f"/bench/kept/{name}/"
