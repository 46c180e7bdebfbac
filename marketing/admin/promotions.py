"""G2: operators look at promotions; their merchants make them."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from common.operators import OperatorAdmin, ShownInline
from marketing.models import Promotion, PromotionGift, PromotionStep
from marketing.promoting import promotion_in_words
from marketing.selectors.promotions import terms_by_promotion

STATUS_LABELS = {"draft": "primary", "live": "success", "ended": "info"}


class StepInline(ShownInline):
    model = PromotionStep
    fields = ("threshold_fen", "off_fen", "gift", "gift_pieces", "coupon", "points")


class GiftInline(ShownInline):
    model = PromotionGift
    fields = ("sku", "pieces", "allotment")


@admin.register(Promotion)
class PromotionAdmin(OperatorAdmin):
    list_display = ("title", "merchant", "kind", "shown_status", "scope", "starts_at", "ends_at")
    list_filter = ("status", "kind", "scope")
    list_select_related = ("merchant",)
    search_fields = ("title", "code", "merchant__name")
    search_help_text = _("名称、编号或商家")
    fields = (
        ("title", "merchant"),
        ("kind", "shown_status"),
        "rules",
        ("scope", "code"),
        ("starts_at", "ends_at"),
        ("ended_at", "settled_at"),
    )
    readonly_fields = ("shown_status", "rules")
    inlines = (StepInline, GiftInline)

    @display(description=_("状态"), label=STATUS_LABELS, ordering="status")
    def shown_status(self, promotion: Promotion) -> tuple[str, str]:
        return promotion.status, promotion.get_status_display()

    @display(description=_("规则"))
    def rules(self, promotion: Promotion) -> str:
        return promotion_in_words(terms_by_promotion([promotion])[promotion.pk])
