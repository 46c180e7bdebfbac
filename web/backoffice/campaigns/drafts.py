"""C1, C12: writing a campaign, previewing it, submitting it, copying one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.models import Campaign
from campaigns.services import drafting, reviewing
from campaigns.states import CampaignStatus
from common.errors import Refusal
from web.backoffice.access import Right, Shop, needs
from web.backoffice.campaigns import editor
from web.backoffice.campaigns.reading import of_shop
from web.backoffice.shell import address, show
from web.idempotency import once_per_form


@needs(Right.SELL)
def new(request: HttpRequest, shop: Shop) -> HttpResponse:
    """A campaign of the SKUs the address names; without any, choose them first."""
    if request.method != "POST" and not request.GET.getlist("sku"):
        return redirect("backoffice:campaign-choose", shop.code)
    return _write(request, shop, None)


@needs(Right.SELL)
def edit(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """A draft of ours; what is on its way is no longer written on."""
    campaign = of_shop(shop, code)
    if campaign.status != CampaignStatus.DRAFT:
        messages.warning(request, _("只有草稿可以修改"))
        return redirect("backoffice:campaign", shop.code, code)
    return _write(request, shop, campaign)


def _write(request: HttpRequest, shop: Shop, campaign: Campaign | None) -> HttpResponse:
    now = timezone.now()
    sheet = editor.read(request, shop, campaign, now=now)
    if request.method == "POST" and "save" in request.POST and sheet.is_valid():
        try:
            target = once_per_form(request, lambda: _save(shop, sheet, campaign))
        except Refusal as refusal:
            sheet.refuse(refusal)
        else:
            messages.success(request, _("草稿已保存，看一遍就可以提交"))
            return redirect(target)
    context = {"sheet": sheet, "form": sheet.form, "campaign": campaign, "preview": sheet.preview(now=now)}
    return show(request, shop, "campaigns/edit.html", context, here="campaigns")


def _save(shop: Shop, sheet: editor.Sheet, campaign: Campaign | None) -> str:
    saved = drafting.save_draft(
        merchant=shop.merchant, actor_id=shop.actor_id, plan=sheet.plan(), campaign=campaign, now=timezone.now()
    )
    return address(shop, "campaign", saved.code)


@needs(Right.SELL)
@require_POST
def submit(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """Hand it in for review; a trusted merchant's goes straight through."""
    campaign = of_shop(shop, code)
    if not shop.merchant.may_sell:
        messages.error(request, _("店铺已停用，暂时不能开团"))
        return redirect("backoffice:campaign", shop.code, code)
    try:
        target = once_per_form(request, lambda: _submit(shop, campaign))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("backoffice:campaign", shop.code, code)
    messages.success(
        request, _("已提交，到时间会自动开团") if shop.merchant.trusted else _("已提交审核，结果会发消息告诉你")
    )
    return redirect(target)


def _submit(shop: Shop, campaign: Campaign) -> str:
    reviewing.submit(campaign=campaign, actor_id=shop.actor_id, now=timezone.now())
    return address(shop, "campaign", campaign.code)


@needs(Right.SELL)
@require_POST
def copy(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """The same again, as a draft that opens in an hour."""
    campaign = of_shop(shop, code)
    try:
        target = once_per_form(request, lambda: _copy(shop, campaign))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("backoffice:campaign", shop.code, code)
    messages.success(request, _("已复制成草稿，改好时间再提交"))
    return redirect(target)


def _copy(shop: Shop, campaign: Campaign) -> str:
    draft = drafting.copy(campaign=campaign, actor_id=shop.actor_id, now=timezone.now())
    return address(shop, "campaign-edit", draft.code)
