"""Operators: money in, money back, the ledger, and refunds that the gateway would not take."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from common.decisions import decision
from common.money import format_yuan
from common.operators import OperatorAdmin, PhoneSearch, ShownInline
from payments.errors import AmountMismatch, FactRejected
from payments.models import Callback, LedgerAccount, LedgerEntry, LedgerTransaction, Payment, Refund
from payments.selectors.callbacks import unmatched
from payments.services.sending import retry
from payments.states import RefundStatus

PAYMENT_LABELS = {"pending": "info", "captured": "success", "failed": "danger", "closed": "warning"}
REFUND_LABELS = {
    "requested": "info",
    "sent": "info",
    "processing": "info",
    "done": "success",
    "abnormal": "danger",
}
# The amounts stand beside it, so this one says less than its refusal.
REJECTED_WHY = {refusal.code: refusal.message for refusal in FactRejected.__subclasses__()} | {
    AmountMismatch.code: _("金额对不上")
}


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


@admin.register(Refund)
class RefundAdmin(OperatorAdmin):
    list_display = ("number", "payment", "kind", "amount", "shown_status", "attempts", "requested_at", "error")
    list_filter = ("status", "kind")
    list_select_related = ("payment",)
    search_fields = ("number", "payment__number", "payment__subject_number")
    fields = (
        ("number", "status"),
        ("payment", "kind"),
        ("amount", "reason"),
        ("attempts", "error"),
        ("requested_at", "sent_at"),
        ("due_at", "done_at"),
    )
    readonly_fields = ("amount",)
    actions_detail = ("send_again",)

    @display(description=_("金额"), ordering="amount_fen")
    def amount(self, refund: Refund) -> str:
        return format_yuan(refund.amount_fen)

    @display(description=_("状态"), label=REFUND_LABELS, ordering="status")
    def shown_status(self, refund: Refund) -> tuple[str, str]:
        return refund.status, refund.get_status_display()

    def has_send_again_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.has_act_permission(request) and self.state_of(object_id) == RefundStatus.ABNORMAL

    @decision(
        title=_("重新提交"),
        consequence=_("用同一个退款单号再提交一次；渠道已经退过的不会再退。"),
        done=_("已放回退款队列"),
        permissions=("send_again",),
        icon="replay",
    )
    def send_again(self, refund: Refund, answers: dict[str, Any]) -> None:
        retry(refund=refund, actor_id=answers["actor_id"], now=timezone.now())


class UnmatchedFilter(admin.SimpleListFilter):
    """Only what somebody has to look at."""

    title = _("待核对")
    parameter_name = "unmatched"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("1", _("对不上的"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(pk__in=unmatched().values("pk")) if self.value() else queryset


@admin.register(Callback)
class CallbackAdmin(OperatorAdmin):
    """What gateways sent. The body is evidence and is shown to those who may see it, never in the list."""

    list_display = ("received_at", "payment", "asked_fen", "said_fen", "verdict", "why", "gateway")
    list_filter = (UnmatchedFilter, "verdict", "gateway")
    list_select_related = ("payment",)
    search_fields = ("event_id", "payment__number")
    fields = (
        ("received_at", "gateway"),
        ("payment", "event_id"),
        ("asked_fen", "said_fen"),
        ("verdict", "why"),
        "body",
        "headers",
    )
    readonly_fields = ("asked_fen", "said_fen", "why")

    @display(description=_("应付"))
    def asked_fen(self, callback: Callback) -> str:
        return format_yuan(callback.payment.amount_fen) if callback.payment else "—"

    @display(description=_("到账"), ordering="amount_fen")
    def said_fen(self, callback: Callback) -> str:
        return "—" if callback.amount_fen is None else format_yuan(callback.amount_fen)

    @display(description=_("原因"), ordering="reason")
    def why(self, callback: Callback) -> str:
        return str(REJECTED_WHY.get(callback.reason, callback.reason or "—"))


@admin.register(LedgerAccount)
class LedgerAccountAdmin(OperatorAdmin):
    list_display = ("kind", "gateway", "merchant", "user")
    list_filter = ("kind", "gateway")
    list_select_related = ("merchant", "user")
    search_fields = ("merchant__name",)


class EntryInline(ShownInline):
    model = LedgerEntry
    fields = ("account", "side", "amount_fen")
    readonly_fields = fields
    ordering = ("pk",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("account__merchant", "account__user")


@admin.register(LedgerTransaction)
class LedgerTransactionAdmin(OperatorAdmin):
    list_display = ("key", "subject_number", "merchant", "payment", "refund", "booked_at")
    list_select_related = ("merchant", "payment", "refund")
    search_fields = ("key", "payment__number", "subject_number")
    inlines = (EntryInline,)
