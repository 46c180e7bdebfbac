"""Operators: who earns what from which order, and since when it is theirs."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from common.money import format_rate, format_yuan
from common.operators import OperatorAdmin, PhoneSearch
from payments.models import Commission

COMMISSION_LABELS = {"frozen": "warning", "released": "success", "void": "danger"}


@admin.register(Commission)
class CommissionAdmin(PhoneSearch, OperatorAdmin):
    phone_hash_path = "beneficiary__phone_hash"
    list_display = ("subject_number", "merchant", "beneficiary", "base", "rate", "amount", "shown_status", "accrued_at")
    list_filter = ("status", "role")
    list_select_related = ("merchant", "beneficiary")
    search_fields = ("subject_number", "merchant__name")
    search_help_text = _("订单号、商家或受益人手机号")
    fields = (
        ("subject_number", "status"),
        ("merchant", "beneficiary"),
        ("role", "rate"),
        ("base", "amount"),
        ("accrued_at", "released_at"),
    )
    readonly_fields = ("base", "rate", "amount")

    @display(description=_("计佣金额"), ordering="base_fen")
    def base(self, commission: Commission) -> str:
        return format_yuan(commission.base_fen)

    @display(description=_("佣金率"), ordering="rate_bp")
    def rate(self, commission: Commission) -> str:
        return format_rate(commission.rate_bp)

    @display(description=_("佣金"), ordering="amount_fen")
    def amount(self, commission: Commission) -> str:
        return format_yuan(commission.amount_fen)

    @display(description=_("状态"), label=COMMISSION_LABELS, ordering="status")
    def shown_status(self, commission: Commission) -> tuple[str, str]:
        return commission.status, commission.get_status_display()
