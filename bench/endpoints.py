"""Bare endpoints: the same server, middleware and sign-in, and of the work no more than the row's limit."""

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bench.placing import form_for
from common.calls import FLUSH, call
from orders.services.placing import PLACE
from web.api.authentication import TokenAuthentication
from web.api.reading import person


class BareJoin(APIView):
    """The database call that joining makes, with the same arguments for everybody but the name of the buyer."""

    authentication_classes = (TokenAuthentication,)
    throttle_classes = ()

    def post(self, request: Request) -> Response:
        _order_id, number, *_rest = call(PLACE, form_for(person(request).pk))
        call(FLUSH)
        return Response({"number": number}, status=201)


def kept(request: HttpRequest, name: str) -> HttpResponse:
    """So many bytes, as one GET from Valkey brings them."""
    return HttpResponse(cache.get(f"bench:{name}"))


def keep(name: str, content: bytes) -> str:
    """Put bytes into Valkey; the path where `kept` answers them."""
    cache.set(f"bench:{name}", content, timeout=None)
    return f"/bench/kept/{name}/"
