"""B3: how many there are of each SKU, why, and from where on to give the alarm."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from accounts.models import Merchant
from catalog.models import Sku, Stock
from catalog.selectors.levels import left_of_skus
from catalog.selectors.stock import movements_of, sku_for_merchant, stocks_of
from catalog.services import stock as counting
from common.errors import Refusal
from common.searching import matches
from web.backoffice.access import Right, Shop, needs
from web.backoffice.fields import CountField
from web.backoffice.goods.journal import lines_of
from web.backoffice.shell import address, show, without_page
from web.forms import Form
from web.idempotency import once_per_form
from web.keyset import keyset_page


class AdjustForm(Form):
    quantity = CountField(
        label=gettext_lazy("增减件数"),
        min_value=-1_000_000,
        help_text=gettext_lazy("入库写 50，报损写 -3"),
        error_messages={"required": gettext_lazy("写增减多少件，减少用负数")},
    )
    reason = forms.CharField(
        label=gettext_lazy("原因"),
        max_length=200,
        help_text=gettext_lazy("比如 到货、盘点、运输磕碰"),
        error_messages={"required": gettext_lazy("写一句原因，以后好查")},
    )


class ThresholdForm(Form):
    threshold = CountField(
        label=gettext_lazy("预警线"),
        help_text=gettext_lazy("剩到这么多就发消息提醒；0 是不提醒"),
        error_messages={"required": gettext_lazy("写一个数，0 是不提醒")},
    )


@needs(Right.STOCK)
def stocks(request: HttpRequest, shop: Shop) -> HttpResponse:
    """Every SKU on sale, the lowest first."""
    context = {
        "page": keyset_page(request.GET, found(shop.merchant, request.GET), by=("left", "pk")),
        "query": without_page(request),
        "search": _searched(request.GET),
        "low": "low" in request.GET,
        "low_count": stocks_of(shop.merchant, low_only=True).count(),
    }
    return show(request, shop, "stock/index.html", context, here="stock")


def found(merchant: Merchant, query: Mapping[str, str]) -> QuerySet[Stock]:
    """What the list shows for the parameters of its address, on all its pages."""
    stocks, search = stocks_of(merchant, low_only="low" in query), _searched(query)
    if not search:
        return stocks
    return stocks.filter(matches(search, field="sku__product__search_text") | Q(sku__specification__icontains=search))


def _searched(query: Mapping[str, str]) -> str:
    return query.get("q", "").strip()[:40]


@needs(Right.STOCK)
def sku(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """One SKU: its numbers, and the journal behind them."""
    return _page(request, shop, sku_for_merchant(shop.merchant, code))


@needs(Right.STOCK)
@require_POST
def adjust(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """Pieces come in, get lost, are counted again."""
    counted = sku_for_merchant(shop.merchant, code)
    form = AdjustForm(request.POST)
    if form.is_valid():
        try:
            target = once_per_form(request, lambda: _adjust(shop, counted, form.cleaned_data))
        except Refusal as refusal:
            form.add_error(refusal.params.get("field") or "quantity", str(refusal))
        else:
            messages.success(request, _("库存已调整，记了一笔变动"))
            return redirect(target)
    return _page(request, shop, counted, adjusting=form)


@needs(Right.STOCK)
@require_POST
def threshold(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """From this many pieces on, tell us."""
    watched = sku_for_merchant(shop.merchant, code)
    form = ThresholdForm(request.POST)
    if form.is_valid():
        wanted = form.cleaned_data["threshold"]
        counting.set_alert_threshold(sku_id=watched.pk, threshold=wanted, actor_id=shop.actor_id, now=timezone.now())
        messages.success(request, _("预警线已改"))
        return redirect("backoffice:sku-stock", shop.code, code)
    return _page(request, shop, watched, watching=form)


def _adjust(shop: Shop, counted: Sku, typed: dict[str, Any]) -> str:
    counting.adjust(sku_id=counted.pk, actor_id=shop.actor_id, now=timezone.now(), **typed)
    return address(shop, "sku-stock", counted.code)


def _page(
    request: HttpRequest,
    shop: Shop,
    shown: Sku,
    *,
    adjusting: AdjustForm | None = None,
    watching: ThresholdForm | None = None,
) -> HttpResponse:
    page = keyset_page(request.GET, movements_of(shown), size=30)
    context = {
        "sku": shown,
        "left": left_of_skus([shown.pk])[shown.pk],
        "adjusting": adjusting or AdjustForm(),
        "watching": watching or ThresholdForm(initial={"threshold": shown.stock.alert_threshold}),
        "page": page,
        "lines": lines_of(shown, page.object_list),
        "query": "",
    }
    return show(request, shop, "stock/sku.html", context, here="stock")
