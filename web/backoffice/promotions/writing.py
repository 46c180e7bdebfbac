"""Writing a promotion down, and changing what may still change."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Refusal
from marketing.models import Promotion
from marketing.selectors.promotions import promotion_of
from marketing.services.promotions.drafting import change_live, save_promotion
from marketing.states import PromotionKind, PromotionStatus
from web.backoffice.access import Right, Shop, needs
from web.backoffice.promotions.form import LiveForm, PromotionForm, fresh, initial_of
from web.backoffice.promotions.standing import HERE
from web.backoffice.shell import address, show
from web.idempotency import once_per_form


@needs(Right.SELL)
def new(request: HttpRequest, shop: Shop) -> HttpResponse:
    """One more, of the kind the address says."""
    asked = request.GET.get("kind", "")
    kind = PromotionKind(asked) if asked in PromotionKind.values else PromotionKind.OFF
    form = PromotionForm(request.POST or None, merchant=shop.merchant, kind=kind, initial=fresh(timezone.now()))
    return _write(request, shop, form, None)


@needs(Right.SELL)
def edit(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """A draft as a whole; a live one by its name and its end."""
    promotion = promotion_of(shop.merchant, code)
    if promotion.status == PromotionStatus.ENDED:
        return redirect("backoffice:promotion", shop.code, code)
    if promotion.status == PromotionStatus.LIVE:
        return _change(request, shop, promotion)
    form = PromotionForm(
        request.POST or None,
        merchant=shop.merchant,
        kind=PromotionKind(promotion.kind),
        initial=initial_of(promotion),
    )
    return _write(request, shop, form, promotion)


def _write(request: HttpRequest, shop: Shop, form: PromotionForm, promotion: Promotion | None) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(once_per_form(request, lambda: _save(shop, form, promotion)))
        except Refusal as refusal:
            form.refuse(refusal)
    context = {"form": form, "promotion": promotion, "kind": form.kind, "kinds": PromotionKind}
    return show(request, shop, "promotions/edit.html", context, here=HERE)


def _save(shop: Shop, form: PromotionForm, promotion: Promotion | None) -> str:
    saved = save_promotion(
        merchant=shop.merchant, actor_id=shop.actor_id, plan=form.plan(), promotion=promotion, now=timezone.now()
    )
    return address(shop, "promotion", saved.code)


def _change(request: HttpRequest, shop: Shop, promotion: Promotion) -> HttpResponse:
    form = LiveForm(request.POST or None, initial={"title": promotion.title, "ends_at": promotion.ends_at})
    if request.method == "POST" and form.is_valid():
        try:
            change_live(promotion=promotion, actor_id=shop.actor_id, now=timezone.now(), **form.cleaned_data)
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("已保存"))
            return redirect("backoffice:promotion", shop.code, promotion.code)
    return show(request, shop, "promotions/change.html", {"form": form, "promotion": promotion}, here=HERE)
