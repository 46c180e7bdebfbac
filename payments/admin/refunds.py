"""Operators: money back, and refunds that the gateway would not take."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from common.decisions import decision
from common.money import format_yuan
from common.operators import OperatorAdmin
from payments.models import Refund
from payments.services.sending import retry
from payments.states import RefundStatus

REFUND_LABELS = {
    "requested": "info",
    "sent": "info",
    "processing": "info",
    "done": "success",
    "abnormal": "danger",
}


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
