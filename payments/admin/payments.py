"""Operators: money in."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from common.money import format_yuan
from common.operators import OperatorAdmin, PhoneSearch, ShownInline
from payments.models import Payment, Refund

PAYMENT_LABELS = {"pending": "info", "captured": "success", "failed": "danger", "closed": "warning"}


class RefundInline(ShownInline):
    model = Refund
    fields = ("number", "kind", "amount_fen", "status", "requested_at", "done_at")
    readonly_fields = fields
    ordering = ("pk",)


@admin.register(Payment)
class PaymentAdmin(PhoneSearch, OperatorAdmin):
    phone_hash_path = "payer__phone_hash"
    list_display = ("number", "subject_number", "merchant", "payer", "amount", "gateway", "shown_status", "captured_at")
    list_filter = ("status", "gateway", "applied")
    list_select_related = ("merchant", "payer")
    search_fields = ("number", "subject_number", "gateway_number")
    search_help_text = _("支付单号、订单号、渠道流水号或付款人手机号")
    fields = (
        ("number", "status"),
        ("subject_kind", "subject_number"),
        ("payer", "merchant"),
        ("gateway", "gateway_number"),
        ("amount", "applied"),
        ("created_at", "expires_at"),
        ("captured_at", "queried_at"),
        ("refund_fen", "refund_count"),
    )
    readonly_fields = ("amount",)
    inlines = (RefundInline,)

    @display(description=_("金额"), ordering="amount_fen")
    def amount(self, payment: Payment) -> str:
        return format_yuan(payment.amount_fen)

    @display(description=_("状态"), label=PAYMENT_LABELS, ordering="status")
    def shown_status(self, payment: Payment) -> tuple[str, str]:
        return payment.status, payment.get_status_display()
