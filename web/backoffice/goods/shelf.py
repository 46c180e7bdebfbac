"""On the shelf and off it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from catalog.models import Product
from catalog.selectors.products import for_merchant
from catalog.services.products import put_on_shelf, take_off_shelf
from common.errors import Refusal
from web.backoffice.access import Right, Shop, needs
from web.backoffice.shell import address
from web.idempotency import once_per_form


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


def _move(shop: Shop, product: Product, *, on: bool) -> str:
    move = put_on_shelf if on else take_off_shelf
    move(product=product, actor_id=shop.actor_id, now=timezone.now())
    return address(shop, "product", product.code)
