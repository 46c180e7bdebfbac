"""Goods have arrived: many orders at once become ready, and their buyers are told."""

from django.contrib import messages
from django.db.models import Count, Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from orders.models import Order
from orders.services.fulfilment import MOST_AT_ONCE, mark_ready
from web.backoffice.access import Right, Shop, needs
from web.backoffice.orders.tabs import Wanted, found, read_wanted
from web.backoffice.shell import address, show
from web.idempotency import once_per_form


@needs(Right.FULFIL)
@require_POST
def ready(request: HttpRequest, shop: Shop) -> HttpResponse:
    """Those that were ticked."""
    numbers = request.POST.getlist("order")
    if not numbers:
        messages.error(request, _("先勾选要备好的订单"))
        return redirect("backoffice:orders", shop.code)
    return _mark(request, shop, numbers)


@needs(Right.FULFIL)
def ready_all(request: HttpRequest, shop: Shop) -> HttpResponse:
    """All that the same search finds: first how many, then the deed."""
    wanted = _preparing(request)
    numbers = list(found(shop.merchant, wanted).values_list("number", flat=True)[:MOST_AT_ONCE])
    if request.method == "POST":
        # What was shown is what is done: orders that came in meanwhile wait for the next time.
        return _mark(request, shop, request.POST.getlist("order"))
    mine = Order.objects.filter(merchant=shop.merchant, number__in=numbers)
    sums = mine.aggregate(pieces=Sum("lines__quantity"), people=Count("buyer", distinct=True))
    context = {"numbers": numbers, "wanted": wanted, "sums": sums, "most": MOST_AT_ONCE}
    return show(request, shop, "orders/ready_all.html", context, here="orders")


def _preparing(request: HttpRequest) -> Wanted:
    asked = read_wanted(request.GET)
    return Wanted("preparing", asked.search, asked.campaign)


def _mark(request: HttpRequest, shop: Shop, numbers: list[str]) -> HttpResponse:
    done: list[int] = []
    target = once_per_form(request, lambda: _ready(shop, numbers, done))
    if done and done[0]:
        said = ngettext("%(count)s 单已备好，已通知买家", "%(count)s 单已备好，已通知买家", done[0])
        messages.success(request, said % {"count": done[0]})
    elif done:
        messages.warning(request, _("这些订单都已经不在待备货里了，什么都没有改动"))
    return redirect(target)


def _ready(shop: Shop, numbers: list[str], done: list[int]) -> str:
    """`done` hears how many there were; a repeat of the form leaves it empty."""
    done.append(mark_ready(merchant=shop.merchant, numbers=numbers, actor_id=shop.actor_id, now=timezone.now()))
    return address(shop, "orders")
