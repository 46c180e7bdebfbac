"""Operators: campaigns that want to be looked at before they open."""

from typing import Any

from django.contrib import admin
from django.db.models import Prefetch
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from campaigns.models import Campaign, CampaignSku, Tier, TierPrice
from campaigns.selectors.records import record_of
from campaigns.services.reviewing import approve, send_back
from campaigns.states import CampaignStatus
from common.decisions import Note, decision
from common.money import format_yuan
from common.operators import MoneyWalk, OperatorAdmin, ShownInline

CAMPAIGN_LABELS = {
    "draft": "info",
    "in_review": "warning",
    "scheduled": "info",
    "open": "primary",
    "closing": "warning",
    "succeeded": "success",
    "failed": "danger",
    "cancelled": "danger",
}


class SkuInline(ShownInline):
    model = CampaignSku
    fields = ("sku", "single_price", "cost", "quantity", "on_shelf", "early_bird_price")
    readonly_fields = fields
    ordering = ("position", "pk")

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("sku__product", "sku__stock")

    @display(description=_("单买价"))
    def single_price(self, offered: CampaignSku) -> str:
        return format_yuan(offered.sku.price_fen)

    @display(description=_("成本"))
    def cost(self, offered: CampaignSku) -> str:
        return _yuan(offered.sku.cost_fen)

    @display(description=_("货架上现有"))
    def on_shelf(self, offered: CampaignSku) -> int:
        return offered.sku.stock.available

    @display(description=_("早鸟价"))
    def early_bird_price(self, offered: CampaignSku) -> str:
        return _yuan(offered.early_bird_price_fen)


class TierInline(ShownInline):
    model = Tier
    fields = ("threshold", "unit_prices")
    readonly_fields = fields
    ordering = ("threshold",)

    def get_queryset(self, request: HttpRequest) -> Any:
        prices = TierPrice.objects.order_by("campaign_sku__position", "campaign_sku_id")
        prices = prices.select_related("campaign_sku__sku")
        return super().get_queryset(request).prefetch_related(Prefetch("prices", queryset=prices))

    @display(description=_("各商品单价"))
    def unit_prices(self, tier: Tier) -> str:
        return " · ".join(_with_margin(price) for price in tier.prices.all())


def _yuan(fen: int | None) -> str:
    return "—" if fen is None else format_yuan(fen)


def _with_margin(price: TierPrice) -> str:
    """¥26.90, and what of it stays with the merchant, as far as the cost is known."""
    shown, cost_fen = format_yuan(price.unit_price_fen), price.campaign_sku.sku.cost_fen
    if cost_fen is None:
        return shown
    margin_fen = price.unit_price_fen - cost_fen
    percent = margin_fen * 100 // max(price.unit_price_fen, 1)
    words = _("%(price)s（毛利 %(margin)s，%(percent)s%%）")
    return str(words % {"price": shown, "margin": format_yuan(margin_fen), "percent": percent})


@admin.register(Campaign)
class CampaignAdmin(MoneyWalk, OperatorAdmin):
    walk_page = "walk_campaign"
    list_display = ("title", "merchant", "shown_status", "basis", "minimum", "opens_at", "closes_at", "progress")
    list_filter = ("status", "basis")
    list_select_related = ("merchant", "progress")
    search_fields = ("title", "code", "merchant__name")
    fields = (
        ("title", "code"),
        ("merchant", "status"),
        "merchant_record",
        ("basis", "minimum"),
        ("opens_at", "closes_at"),
        ("max_participants", "limit_per_person"),
        ("early_bird_orders", "early_bird_until"),
        ("payment_minutes", "leaving_allowed"),
        ("when_missed", "extend_hours"),
        ("delivers", "freight_fen"),
        ("free_freight_from_fen", "settle_when_full"),
        ("closing_since", "decided_at"),
        "final_count",
        ("subsidised", "settled_at"),
        "description",
        "fulfilment_note",
        "review_note",
        "cancel_note",
    )
    readonly_fields = ("merchant_record",)
    inlines = (SkuInline, TierInline)
    actions_detail = ("approve", "send_back")

    @display(description=_("商家记录"))
    def merchant_record(self, campaign: Campaign) -> str:
        record = record_of(campaign.merchant_id)
        if not record.closed:
            return str(_("第一次开团"))
        words = _("开过 %(closed)s 个团，其中 %(called_off)s 个由商家中途取消")
        return str(words % {"closed": record.closed, "called_off": record.called_off})

    @display(description=_("状态"), label=CAMPAIGN_LABELS, ordering="status")
    def shown_status(self, campaign: Campaign) -> tuple[str, str]:
        return campaign.status, campaign.get_status_display()

    def has_review_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.has_act_permission(request) and self.state_of(object_id) == CampaignStatus.IN_REVIEW

    @decision(
        title=_("通过"),
        consequence=_("活动会按时间开团，商家会收到通知。"),
        done=_("已通过审核"),
        permissions=("review",),
        icon="check",
    )
    def approve(self, campaign: Campaign, answers: dict[str, Any]) -> None:
        approve(campaign=campaign, actor_id=answers["actor_id"], now=timezone.now())

    @decision(
        title=_("退回修改"),
        consequence=_("活动回到草稿，商家会看到你写的说明。"),
        done=_("已退回商家修改"),
        permissions=("review",),
        form=Note,
        danger=True,
        icon="undo",
    )
    def send_back(self, campaign: Campaign, answers: dict[str, Any]) -> None:
        send_back(campaign=campaign, actor_id=answers["actor_id"], note=answers["note"], now=timezone.now())
