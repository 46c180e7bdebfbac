"""J1: what the numbers mean, for everybody who reads them here."""

from django.http import HttpRequest, HttpResponse

from web.backoffice.access import Right, Shop, needs
from web.backoffice.shell import show
from web.definitions import definitions


@needs(Right.HOME)
def metrics(request: HttpRequest, shop: Shop) -> HttpResponse:
    """Every number by its name."""
    return show(request, shop, "metrics/index.html", {"definitions": definitions()}, here="home")
