"""One promotion: what it gives, what it brought, what is left of its gifts; going live and ending."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import Refusal
from marketing.promoting import step_in_words
from marketing.selectors.promotion_results import PromotionResults, gifts_of, results_of, sent_of, uses_of
from marketing.selectors.promotions import promotion_of, terms_by_promotion
from marketing.services.promotions import launching
from marketing.services.promotions.ending import end as end_promotion
from marketing.states import PromotionStatus
from web.backoffice.access import Right, Shop, needs
from web.backoffice.promotions.standing import HERE, standing_of
from web.backoffice.shell import address, show, without_page
from web.idempotency import once_per_form
from web.keyset import keyset_page


@needs(Right.SELL)
def promotion(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """Its numbers, and the orders behind them."""
    found = promotion_of(shop.merchant, code)
    context = {
        "promotion": found,
        "standing": standing_of(found),
        "steps": [step_in_words(step) for step in terms_by_promotion([found])[found.pk].steps],
        "products": list(found.products.order_by("pk")),
        "campaigns": list(found.campaigns.order_by("pk")),
        "results": results_of([found]).get(found.pk, PromotionResults()),
        "gifts": list(gifts_of(found)),
        "sent": sent_of(found),
        "page": keyset_page(request.GET, uses_of(found)),
        "query": without_page(request),
    }
    return show(request, shop, "promotions/promotion.html", context, here=HERE)


@needs(Right.SELL)
@require_POST
def launch(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """From its start on every buyer sees it."""
    found = promotion_of(shop.merchant, code)

    def go_live() -> str:
        launching.launch(promotion=found, actor_id=shop.actor_id, now=timezone.now())
        return address(shop, "promotion", code)

    try:
        once_per_form(request, go_live)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("已发布，赠品已经从货架上划出来") if found.gifts.exists() else _("已发布"))
    return redirect("backoffice:promotion", shop.code, code)


@needs(Right.SELL)
def end(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """After reading what it means."""
    found = promotion_of(shop.merchant, code)
    if request.method == "POST":
        try:
            end_promotion(promotion=found, actor_id=shop.actor_id, now=timezone.now())
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("已结束，新订单不再享受"))
        return redirect("backoffice:promotion", shop.code, code)
    if found.status != PromotionStatus.LIVE:
        return redirect("backoffice:promotion", shop.code, code)
    context = {"promotion": found, "gifts": list(gifts_of(found))}
    return show(request, shop, "promotions/end.html", context, here=HERE)


@needs(Right.SELL)
@require_POST
def discard(request: HttpRequest, shop: Shop, code: str) -> HttpResponse:
    """A draft nobody wants."""
    found = promotion_of(shop.merchant, code)
    try:
        launching.discard(promotion=found, actor_id=shop.actor_id)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("backoffice:promotion", shop.code, code)
    messages.success(request, _("草稿已删除"))
    return redirect("backoffice:promotions", shop.code)
