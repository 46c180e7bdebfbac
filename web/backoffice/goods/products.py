"""B1: the form that writes a product."""

from collections.abc import Sequence

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from js_asset import Media

from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from catalog.models import Product
from catalog.selectors.products import for_merchant
from catalog.services.matrix import combinations
from catalog.services.products import create_product, update_product
from catalog.services.stock import adjust
from common.errors import Refusal
from web.backoffice.access import Right, Shop, needs
from web.backoffice.goods import forms
from web.backoffice.goods import rows as table
from web.backoffice.shell import address, show
from web.idempotency import once_per_form

REDRAWS = ("more", "generate", "fill")
ON_SHOW = (CampaignStatus.OPEN, CampaignStatus.SCHEDULED)


@needs(Right.SELL)
def new(request: HttpRequest, shop: Shop) -> HttpResponse:
    """A product that is not there yet."""
    return _write(request, shop, None)


@needs(Right.SELL)
def edit(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """One of ours, with its pictures and its place on the shelf beside it."""
    return _write(request, shop, for_merchant(shop.merchant, code))


def _write(request: HttpRequest, shop: Shop, product: Product | None) -> HttpResponse:
    posted = request.POST if request.method == "POST" else None
    form = forms.ProductForm(posted, initial=forms.initial_of(product) if product else {})
    if "matrix" in request.POST:
        return _matrix(request, form)
    rows = table.rows_of(posted, product)
    if posted is None:
        return _page(request, shop, form, rows, product)
    if wish := next((name for name in REDRAWS if name in posted), ""):
        return _page(request, shop, form, _redrawn(request, form, rows, wish), product)
    if all([form.is_valid(), *(row.is_valid() for row in rows)]):
        try:
            target = once_per_form(request, lambda: _save(shop, form, rows, product))
        except Refusal as refusal:
            forms.refuse(form, rows, refusal)
        else:
            messages.success(request, _("商品已保存"))
            return redirect(target)
    return _page(request, shop, form, rows, product)


def _save(shop: Shop, form: forms.ProductForm, rows: Sequence[forms.SkuForm], product: Product | None) -> str:
    details = forms.details_of(form, rows)
    now = timezone.now()
    if product is None:
        product = create_product(merchant=shop.merchant, actor_id=shop.actor_id, details=details, now=now)
    else:
        update_product(product=product, actor_id=shop.actor_id, details=details, now=now)
    _bring_in(shop, product, rows)
    return address(shop, "product", product.code)


def _bring_in(shop: Shop, product: Product, rows: Sequence[forms.SkuForm]) -> None:
    """The pieces typed into the rows come onto the shelf, each with a movement; SKUs in ascending order."""
    typed = {row.cleaned_data["specification"].strip(): row.cleaned_data["come_in"] for row in rows if row.is_wanted}
    for sku in product.skus.filter(retired_at=None).order_by("pk"):
        if pieces := typed.get(sku.specification):
            adjust(
                sku_id=sku.pk, quantity=pieces, reason=_("编辑商品时入库"), actor_id=shop.actor_id, now=timezone.now()
            )


def _redrawn(
    request: HttpRequest, form: forms.ProductForm, rows: Sequence[forms.SkuForm], wish: str
) -> list[forms.SkuForm]:
    """More empty rows, the rows of the matrix, or prices for all of them; nothing that was typed is lost."""
    form.is_valid()
    typed = table.typed_rows(rows)
    axes = form.cleaned_data.get("options")
    if wish == "fill":
        every = forms.FillForm(request.POST, prefix="every")
        return table.unbound(table.filled(typed, {name: every[name].value() for name in every.fields}))
    if wish == "generate" and axes:
        return table.unbound(table.generated(typed, axes))
    return table.unbound([*typed, *({} for _row in range(3))][: table.MOST_ROWS])


def _matrix(request: HttpRequest, form: forms.ProductForm) -> HttpResponse:
    """The specifications that the axes would make, while somebody types them."""
    form.is_valid()
    axes = form.cleaned_data.get("options")
    names = combinations(axes)[: table.MOST_ROWS] if axes else []
    context = {"names": names, "errors": form.errors.get("options", [])}
    return render(request, "backoffice/products/_matrix.html", context)


def _page(
    request: HttpRequest,
    shop: Shop,
    form: forms.ProductForm,
    rows: Sequence[forms.SkuForm],
    product: Product | None,
) -> HttpResponse:
    context = {
        "form": form,
        "rows": rows,
        "every": forms.FillForm(prefix="every"),
        "product": product,
        "on_show": _on_show(product) if product else None,
        "media": Media.from_media(form.media, nonce=str(request.csp_nonce)),  # type: ignore[attr-defined]
        "wrong": bool(form.errors or any(r.errors for r in rows)),
    }
    return show(request, shop, "products/edit.html", context, here="products")


def _on_show(product: Product) -> str | None:
    """The code of a campaign in which buyers see it now."""
    shown = Campaign.objects.filter(skus__sku__product=product, status__in=ON_SHOW).order_by("-opens_at")
    return shown.values_list("code", flat=True).first()
