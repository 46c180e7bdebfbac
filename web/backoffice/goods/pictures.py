"""The pictures of a product; the first is the cover."""

from collections.abc import Sequence

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from catalog.models import Product
from catalog.selectors.products import for_merchant
from catalog.services.images import MOST_IMAGES, add_image, order_images, remove_image
from common.errors import NotFound, Refusal
from web.backoffice.access import Right, Shop, needs
from web.backoffice.shell import address


@needs(Right.SELL)
@require_POST
def add(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """Some more, behind the others; one that is no picture holds up no other."""
    product = for_merchant(shop.merchant, code)
    uploads = request.FILES.getlist("picture")[: MOST_IMAGES + 1]
    if not uploads:
        messages.error(request, _("先选图片"))
    added = _add_all(request, shop, product, uploads)
    if added:
        said = ngettext("%(count)s 张图片已加上", "%(count)s 张图片已加上", added) % {"count": added}
        messages.success(request, said)
    return _back(shop, code)


def _add_all(request: HttpRequest, shop: Shop, product: Product, uploads: Sequence[UploadedFile]) -> int:
    added = 0
    for upload in uploads:
        try:
            add_image(product=product, upload=upload, actor_id=shop.actor_id, now=timezone.now())
        except Refusal as refusal:
            messages.error(request, _("%(name)s：%(why)s") % {"name": (upload.name or "")[:60], "why": refusal})
        else:
            added += 1
    return added


@needs(Right.SELL)
@require_POST
def move(request: HttpRequest, shop: Shop, code: str, image_id: int) -> HttpResponse:
    """Where `to` says: first (the cover), up or down by one place; the others keep their order."""
    product = for_merchant(shop.merchant, code)
    ids = [image.pk for image in product.images.all()]
    if image_id not in ids:
        raise NotFound
    at = ids.index(image_id)
    places = {"first": 0, "up": max(at - 1, 0), "down": at + 1}
    ids.remove(image_id)
    ids.insert(places.get(request.POST.get("to", ""), at), image_id)
    try:
        order_images(product=product, image_ids=ids)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return _back(shop, code)


@needs(Right.SELL)
@require_POST
def remove(request: HttpRequest, shop: Shop, code: str, image_id: int) -> HttpResponse:
    """Take one away."""
    product = for_merchant(shop.merchant, code)
    remove_image(product=product, image_id=image_id, actor_id=shop.actor_id)
    messages.success(request, _("图片已删除"))
    return _back(shop, code)


def _back(shop: Shop, code: str) -> HttpResponse:
    return redirect(f"{address(shop, 'product', code)}#pictures")
