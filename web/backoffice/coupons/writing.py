"""A coupon is made, changed, and stopped after reading what that means."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from common.errors import Refusal
from marketing.models import CouponTemplate
from marketing.selectors.results import Results, results_of, template_of
from marketing.services.templates import change_template, create_template, stop_template
from marketing.states import TemplateStatus
from web.backoffice.access import Right, Shop, needs
from web.backoffice.coupons.form import CouponForm
from web.backoffice.shell import address, show
from web.idempotency import once_per_form


@needs(Right.SELL)
def new(request: HttpRequest, shop: Shop) -> HttpResponse:
    """One more."""
    return _write(request, shop, None)


@needs(Right.SELL)
def edit(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """One of ours; what people already hold does not change."""
    return _write(request, shop, template_of(shop.merchant, code))


@needs(Right.SELL)
def stop(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """Nobody gets one any more; those who have one may still use it."""
    template = template_of(shop.merchant, code)
    if request.method == "POST":
        try:
            stop_template(template=template, actor_id=shop.actor_id, now=timezone.now())
        except Refusal as refusal:
            messages.warning(request, str(refusal))
        else:
            messages.success(request, _("已停止发放，领到的人还能用"))
        return redirect("backoffice:coupon", shop.code, code)
    if template.status != TemplateStatus.ACTIVE:
        return redirect("backoffice:coupon", shop.code, code)
    results = results_of([template]).get(template.pk, Results())
    context = {"template": template, "unused": template.issued - results.held - results.used}
    return show(request, shop, "coupons/stop.html", context, here="coupons")


def _write(request: HttpRequest, shop: Shop, template: CouponTemplate | None) -> HttpResponse:
    form = CouponForm(request.POST or None, merchant=shop.merchant, template=template)
    if request.method == "POST" and form.is_valid():
        try:
            target = once_per_form(request, lambda: _save(shop, form, template))
        except Refusal as refusal:
            form.refuse(refusal)
        else:
            messages.success(request, _("优惠券已保存"))
            return redirect(target)
    return show(request, shop, "coupons/edit.html", {"form": form, "template": template}, here="coupons")


def _save(shop: Shop, form: CouponForm, template: CouponTemplate | None) -> str:
    plan, now = form.plan(), timezone.now()
    if template:
        saved = change_template(template=template, plan=plan, actor_id=shop.actor_id, now=now)
    else:
        saved = create_template(merchant=shop.merchant, plan=plan, actor_id=shop.actor_id, now=now)
    return address(shop, "coupon", saved.code)
