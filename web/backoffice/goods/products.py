"""B1: the list of products, and the form that writes one."""

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from catalog.models import Product
from catalog.selectors.levels import left_of_products
from catalog.selectors.products import for_merchant, of_merchant
from catalog.services.products import create_product, update_product
from catalog.states import ProductStatus
from common.errors import Refusal
from web.backoffice.access import Right, Shop, needs
from web.backoffice.goods import forms
from web.backoffice.goods import rows as table
from web.backoffice.shell import address, page_of, show, without_page
from web.idempotency import once_per_form


@needs(Right.SELL)
def products(request: HttpRequest, shop: Shop) -> HttpResponse:
    """A page of them, found by name or number, in a number of queries that does not grow with its rows."""
    search, state = request.GET.get("q", "").strip()[:40], request.GET.get("state", "")
    page = page_of(request, _found(shop, search, state))
    left = left_of_products(product.pk for product in page)
    context = {
        "page": page,
        "rows": [(product, list(product.skus.all()), left.get(product.pk, 0)) for product in page],
        "query": without_page(request),
        "search": search,
        "state": state,
        "states": ProductStatus.choices,
    }
    return show(request, shop, "products/index.html", context, here="products")


def _found(shop: Shop, search: str, state: str) -> QuerySet[Product]:
    found = of_merchant(shop.merchant)
    if state in ProductStatus.values:
        found = found.filter(status=state)
    if search:
        found = found.filter(Q(name__icontains=search) | Q(external_id__istartswith=search))
    return found


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
    rows = table.rows_of(posted, product)
    if posted is None:
        return _page(request, shop, form, rows, product)
    if "more" in posted or "generate" in posted:
        return _page(request, shop, form, _more(form, rows, generate="generate" in posted), product)
    if all([form.is_valid(), *(row.is_valid() for row in rows)]):
        try:
            target = once_per_form(request, lambda: _save(shop, form, rows, product))
        except Refusal as refusal:
            forms.refuse(form, rows, refusal)
        else:
            messages.success(request, _("商品已保存"))
            return redirect(target)
    return _page(request, shop, form, rows, product)


def _save(shop: Shop, form: forms.ProductForm, rows: list[forms.SkuForm], product: Product | None) -> str:
    details = forms.details_of(form, rows)
    now = timezone.now()
    if product is None:
        product = create_product(merchant=shop.merchant, actor_id=shop.actor_id, details=details, now=now)
    else:
        update_product(product=product, actor_id=shop.actor_id, details=details, now=now)
    return address(shop, "product", product.code)


def _more(form: forms.ProductForm, rows: list[forms.SkuForm], *, generate: bool) -> list[forms.SkuForm]:
    """More empty rows, or the rows of the matrix that was typed; nothing that was typed is lost."""
    form.is_valid()
    typed = table.typed_rows(rows)
    axes = form.cleaned_data.get("options")
    if generate and axes:
        return table.unbound(table.generated(typed, axes))
    return table.unbound([*typed, *({} for _row in range(3))][: table.MOST_ROWS])


def _page(
    request: HttpRequest, shop: Shop, form: forms.ProductForm, rows: list[forms.SkuForm], product: Product | None
) -> HttpResponse:
    context = {
        "form": form,
        "rows": rows,
        "product": product,
        "wrong": bool(form.errors or any(r.errors for r in rows)),
    }
    return show(request, shop, "products/edit.html", context, here="products")
