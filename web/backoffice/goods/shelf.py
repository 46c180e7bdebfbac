"""On the shelf and off it, one or a handful."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from catalog.models import Product
from catalog.selectors.products import for_merchant, of_merchant
from catalog.services.products import put_on_shelf, take_off_shelf
from catalog.states import ProductStatus
from common.errors import Refusal
from web.backoffice.access import Right, Shop, needs
from web.backoffice.shell import address, show
from web.idempotency import once_per_form
from web.keyset import PAGE

SHOWN = (ProductStatus.ON_SHELF, ProductStatus.SOLD_OUT)


@needs(Right.SELL)
@require_POST
def shelf(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """Where `to` says, "on" or "off"; what stands in the way is said above the product."""
    product, to_shelf = for_merchant(shop.merchant, code), request.POST.get("to") == "on"
    try:
        target = once_per_form(request, lambda: _move(shop, product, on=to_shelf))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("backoffice:product", shop.code, code)
    messages.success(request, _("已上架") if to_shelf else _("已下架，正在拼的团不受影响"))
    return redirect(target)


@needs(Right.SELL)
@require_POST
def several(request: HttpRequest, shop: Shop) -> HttpResponse:
    """Those that were ticked: first what would happen, then the deed. One that cannot holds up no other."""
    codes, to_shelf = request.POST.getlist("product")[:PAGE], request.POST.get("to") == "on"
    chosen = list(of_merchant(shop.merchant).filter(code__in=codes))
    moving = [product for product in chosen if (product.status in SHOWN) != to_shelf]
    if not chosen:
        messages.error(request, _("先勾选商品"))
    elif "sure" not in request.POST:
        context = {"moving": moving, "staying": len(chosen) - len(moving), "to": request.POST.get("to")}
        return show(request, shop, "products/shelf.html", context, here="products")
    else:
        _move_all(request, shop, moving, on=to_shelf)
    return redirect("backoffice:products", shop.code)


def _move_all(request: HttpRequest, shop: Shop, moving: Sequence[Product], *, on: bool) -> None:
    done = 0
    for product in moving:
        try:
            _move(shop, product, on=on)
        except Refusal as refusal:
            why = {"name": product.name, "why": refusal}
            messages.error(request, _("%(name)s：%(why)s") % why)
        else:
            done += 1
    if done:
        up = ngettext("%(count)s 个商品已上架", "%(count)s 个商品已上架", done)
        down = ngettext("%(count)s 个商品已下架", "%(count)s 个商品已下架", done)
        messages.success(request, (up if on else down) % {"count": done})


def _move(shop: Shop, product: Product, *, on: bool) -> str:
    move = put_on_shelf if on else take_off_shelf
    move(product=product, actor_id=shop.actor_id, now=timezone.now())
    return address(shop, "product", product.code)
