"""Bare endpoints: the same server, middleware and sign-in, and of the work no more than the row's limit."""

from dataclasses import replace
from functools import cache as remember

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from bench.seeding import buyers, choice, line_of
from campaigns.services.joining import quote
from orders.quotes import Quote
from orders.services.placing import place_order
from web.api.authentication import TokenAuthentication
from web.api.reading import person


class BareJoin(APIView):
    """The database call that joining makes, with the same arguments for everybody but the name of the buyer."""

    authentication_classes = (TokenAuthentication,)
    throttle_classes = ()

    def post(self, request: Request, code: str) -> Response:
        quoted = replace(constant_quote(code), buyer_id=person(request).pk)
        order = place_order(quote=quoted, now=timezone.now())
        return Response({"number": order.number}, status=201)


@remember
def constant_quote(code: str) -> Quote:
    """What a piece of the campaign cost the first who asked."""
    (buyer,) = buyers(1)
    return quote(buyer=buyer, code=code, lines=[line_of(code)], fulfilment=choice(), now=timezone.now())


def kept(request: HttpRequest, name: str) -> HttpResponse:
    """So many bytes, as one GET from Valkey brings them."""
    return HttpResponse(cache.get(f"bench:{name}"))


def keep(name: str, content: bytes) -> str:
    """Put bytes into Valkey; the path where `kept` answers them."""
    cache.set(f"bench:{name}", content, timeout=None)
    return f"/bench/kept/{name}/"
