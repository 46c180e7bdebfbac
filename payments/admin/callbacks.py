"""Operators: what gateways told, and what of it somebody has to look at."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from common.money import format_yuan
from common.operators import OperatorAdmin
from payments.errors import AmountMismatch, FactRejected
from payments.models import Callback
from payments.selectors.callbacks import unmatched

# The amounts stand beside it, so this one says less than its refusal.
REJECTED_WHY = {refusal.code: refusal.message for refusal in FactRejected.__subclasses__()} | {
    AmountMismatch.code: _("金额对不上")
}


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
