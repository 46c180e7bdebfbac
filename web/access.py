"""Who may see what, said once. Every fetch here starts from the person who asks; strangers get a 404."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast
from urllib.parse import urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme

from accounts.models import Address, User
from accounts.selectors.addresses import address_of
from accounts.selectors.staff import merchants_of
from orders.errors import NoSuchOrder
from orders.models import Order
from orders.selectors.orders import for_buyer, with_everything
from orders.selectors.pickup import handing_over, leads_points
from orders.states import HANDING_OVER
from payments.selectors.commissions import commissions_of
from web.htmx import wants_part

View = TypeVar("View", bound=Callable[..., HttpResponseBase])


def signed_in(view: View) -> View:
    """Send whoever is not signed in to do so, and afterwards back to the page they were on."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        answer = redirect_to_login(_page_behind(request))
        return HttpResponse(status=204, headers={"HX-Redirect": answer.url}) if wants_part(request) else answer

    return cast(View, guarded)


def _page_behind(request: HttpRequest) -> str:
    """The page somebody was looking at: a form's address, or that of a part, may be no page at all."""
    if request.method in ("GET", "HEAD") and not wants_part(request):
        return request.get_full_path()
    shown = urlsplit(request.headers.get("HX-Current-URL") or request.headers.get("Referer") or "")
    if shown.netloc != request.get_host():
        return request.get_full_path()
    return shown._replace(scheme="", netloc="", fragment="").geturl()


def person(request: HttpRequest) -> User:
    """Who asks; only behind `signed_in`."""
    assert isinstance(request.user, User)
    return request.user


def own_order(request: HttpRequest, number: str) -> Order:
    """One of the asker's orders. Raises NotFound."""
    return for_buyer(person(request), number)


def own_address(request: HttpRequest, code: str) -> Address:
    """One of the asker's addresses. Raises NotFound."""
    return address_of(person(request), code)


def handed_over(request: HttpRequest, number: str) -> Order:
    """An order that was handed over at a point the asker leads or works for. Raises NotFound."""
    mine = Order.objects.filter(handing_over(person(request)), number=number, received_at__isnull=False)
    order = with_everything(mine.distinct()).first()
    if order is None:
        raise NoSuchOrder
    return order


def hands_over(user: User) -> bool:
    """Whether somebody hands goods to neighbours: the leader of a point, or staff who handle a merchant's goods."""
    return leads_points(user) or merchants_of(user).filter(staff__user=user, staff__role__in=HANDING_OVER).exists()


def earns(user: User) -> bool:
    """Whether somebody has ever earned a commission, or will: the leader of a point."""
    return commissions_of(user).exists() or leads_points(user)


def who_hands_over(view: View) -> View:
    """For leaders and merchants' staff; to anybody else the page is not there."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not hands_over(person(request)):
            raise Http404
        return view(request, *args, **kwargs)

    return signed_in(cast(View, guarded))


def way_back(request: HttpRequest, *, otherwise: str = "storefront:home") -> str:
    """Where `next` leads, if it is a page of ours; otherwise a page of this name."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    # A word without a slash is no page: `redirect` would take it for the name of one.
    if ours and wanted.startswith("/"):
        return wanted
    return reverse(otherwise)
