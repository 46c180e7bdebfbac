"""The pictures of a product; the first is the cover."""

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from catalog.selectors.products import for_merchant
from catalog.services.images import add_image, order_images, remove_image
from common.errors import NotFound, Refusal
from web.backoffice.access import Right, Shop, needs
from web.forms import Form


class PictureForm(Form):
    picture = forms.FileField(error_messages={"required": gettext_lazy("先选一张图片")})


@needs(Right.SELL)
@require_POST
def add(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """One more, behind the others."""
    product = for_merchant(shop.merchant, code)
    form = PictureForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, " ".join(map(str, form.errors["picture"])))
        return redirect("backoffice:product", shop.code, code)
    try:
        upload = form.cleaned_data["picture"]
        add_image(product=product, upload=upload, actor_id=shop.actor_id, now=timezone.now())
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("图片已加上"))
    return redirect("backoffice:product", shop.code, code)


@needs(Right.SELL)
@require_POST
def first(request: HttpRequest, shop: Shop, code: str, image_id: int) -> HttpResponse:
    """Make it the cover; the others keep their order."""
    product = for_merchant(shop.merchant, code)
    ids = [image.pk for image in product.images.all()]
    if image_id not in ids:
        raise NotFound
    order_images(product=product, image_ids=[image_id, *(pk for pk in ids if pk != image_id)])
    return redirect("backoffice:product", shop.code, code)


@needs(Right.SELL)
@require_POST
def remove(request: HttpRequest, shop: Shop, code: str, image_id: int) -> HttpResponse:
    """Take one away."""
    product = for_merchant(shop.merchant, code)
    remove_image(product=product, image_id=image_id, actor_id=shop.actor_id)
    messages.success(request, _("图片已删除"))
    return redirect("backoffice:product", shop.code, code)
