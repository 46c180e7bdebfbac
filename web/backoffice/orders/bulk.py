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
from orders.selectors.orders import for_merchant
from orders.services.fulfilment import MOST_AT_ONCE, mark_ready
from web.backoffice.access import Right, Shop, needs
from web.backoffice.orders.tabs import TABS, counts, found
from web.backoffice.orders.wanted import Wanted, read_wanted
from web.backoffice.shell import address, show
from web.idempotency import once_per_form


@needs(Right.FULFIL)
@require_POST
def ready(request: HttpRequest, shop: Shop) -> HttpResponse:
    """Those that were ticked; afterwards the list they were ticked in, or the page of the only one."""
    numbers = request.POST.getlist("order")
    back = f"{address(shop, 'orders')}?{_preparing(request).query}"
    if "alone" in request.POST and numbers:
        back = address(shop, "order", for_merchant(shop.merchant, numbers[0]).number)
    if not numbers:
        messages.error(request, _("先勾选要备好的订单"))
        return redirect(back)
    return _mark(request, shop, numbers, back=back)


@needs(Right.FULFIL)
def ready_all(request: HttpRequest, shop: Shop) -> HttpResponse:
    """All that the same search finds: first how many, then the deed, so many at a time until none is left."""
    wanted = _preparing(request)
    if request.method == "POST":
        # What was shown is what is done: orders that came in meanwhile wait for the next time.
        back = f"{address(shop, 'orders-ready-all')}?{wanted.query}"
        return _mark(request, shop, request.POST.getlist("order"), back=back)
    numbers = list(found(shop.merchant, wanted).values_list("number", flat=True)[:MOST_AT_ONCE])
    mine = Order.objects.filter(merchant=shop.merchant, number__in=numbers)
    context = {
        "numbers": numbers,
        "wanted": wanted,
        "sums": mine.aggregate(pieces=Sum("lines__quantity"), people=Count("buyer", distinct=True)),
        "waiting": counts(shop.merchant, wanted)["preparing"].rows,
        "most": MOST_AT_ONCE,
    }
    return show(request, shop, "orders/ready_all.html", context, here="orders")


def _preparing(request: HttpRequest) -> Wanted:
    return read_wanted(request.GET, states=TABS).at("preparing")


def _mark(request: HttpRequest, shop: Shop, numbers: list[str], *, back: str) -> HttpResponse:
    done: list[int] = []
    target = once_per_form(request, lambda: _ready(shop, numbers, done, back))
    if done and done[0]:
        said = ngettext("%(count)s 单已备好，已通知买家", "%(count)s 单已备好，已通知买家", done[0])
        messages.success(request, said % {"count": done[0]})
    elif done:
        messages.warning(request, _("这些订单都已经不在待备货里了，什么都没有改动"))
    return redirect(target)


def _ready(shop: Shop, numbers: list[str], done: list[int], back: str) -> str:
    """`done` hears how many there were; a repeat of the form leaves it empty."""
    done.append(mark_ready(merchant=shop.merchant, numbers=numbers, actor_id=shop.actor_id, now=timezone.now()))
    return back
