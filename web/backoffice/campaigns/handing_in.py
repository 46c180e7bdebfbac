"""C12: handing a campaign in, and copying one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from campaigns.models import Campaign
from campaigns.services import drafting, reviewing
from common.errors import Refusal
from web.backoffice.access import Right, Shop, needs
from web.backoffice.campaigns.reading import of_shop
from web.backoffice.shell import address
from web.idempotency import once_per_form


@needs(Right.SELL)
@require_POST
def submit(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """A saved draft for review; a trusted merchant's goes straight through."""
    campaign = of_shop(shop, code)
    try:
        target = once_per_form(request, lambda: _submit(shop, campaign))
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("backoffice:campaign", shop.code, code)
    _say(request, shop)
    return redirect(target)


def hand_in(request: HttpRequest, shop: Shop, campaign: Campaign) -> None:
    """The same for a draft that was saved this moment; what was refused is said on the next page."""
    try:
        _submit(shop, campaign)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        _say(request, shop)


def _submit(shop: Shop, campaign: Campaign) -> str:
    reviewing.submit(campaign=campaign, actor_id=shop.actor_id, now=timezone.now())
    return address(shop, "campaign", campaign.code)


def _say(request: HttpRequest, shop: Shop) -> None:
    straight, reviewed = _("已提交，到时间会自动开团"), _("已提交审核，结果会发消息告诉你")
    messages.success(request, straight if shop.merchant.trusted else reviewed)


@needs(Right.SELL)
@require_POST
def copy(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """The same again, as a draft that opens in an hour; its times are the first thing to look at."""
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
    return address(shop, "campaign-step", draft.code, "rules")
