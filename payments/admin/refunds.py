"""Operators: money back, and refunds that the gateway would not take."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from common.decisions import Note, decision
from common.money import format_yuan
from common.operators import OperatorAdmin
from payments.admin.paying import BankReference
from payments.models import Refund
from payments.services.rescuing import give_to_balance, pay_elsewhere, retry
from payments.states import RefundStatus

REFUND_LABELS = {
    "requested": "info",
    "sent": "info",
    "processing": "info",
    "done": "success",
    "abnormal": "danger",
}


class BankTransfer(BankReference, Note):
    """The proof that it was paid by hand, and why."""


@admin.register(Refund)
class RefundAdmin(OperatorAdmin):
    list_display = ("number", "payment", "kind", "amount", "shown_status", "attempts", "requested_at", "error")
    list_filter = ("status", "kind", "route")
    list_select_related = ("payment",)
    search_fields = ("number", "payment__number", "payment__subject_number")
    fields = (
        ("number", "status"),
        ("payment", "kind"),
        ("amount", "reason"),
        ("route", "reference"),
        ("attempts", "error"),
        ("requested_at", "sent_at"),
        ("due_at", "done_at"),
    )
    readonly_fields = ("amount",)
    actions_detail = ("send_again", "to_another_account", "to_balance")

    @display(description=_("金额"), ordering="amount_fen")
    def amount(self, refund: Refund) -> str:
        return format_yuan(refund.amount_fen)

    @display(description=_("状态"), label=REFUND_LABELS, ordering="status")
    def shown_status(self, refund: Refund) -> tuple[str, str]:
        return refund.status, refund.get_status_display()

    def has_rescue_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.has_act_permission(request) and self.state_of(object_id) == RefundStatus.ABNORMAL

    @decision(
        title=_("重新提交"),
        consequence=_("用同一个退款单号再提交一次；渠道已经退过的不会再退。"),
        done=_("已放回退款队列"),
        permissions=("rescue",),
        icon="replay",
    )
    def send_again(self, refund: Refund, answers: dict[str, Any]) -> None:
        retry(refund=refund, actor_id=answers["actor_id"], now=timezone.now())

    @decision(
        title=_("打到其他账户"),
        consequence=_("先看清渠道后台没有退成，再从平台银行户打款，然后在这里记账：退款随即完成，买家会收到消息。"),
        done=_("已记账，买家会收到消息"),
        permissions=("rescue",),
        form=BankTransfer,
        icon="account_balance",
    )
    def to_another_account(self, refund: Refund, answers: dict[str, Any]) -> None:
        pay_elsewhere(refund=refund, now=timezone.now(), **answers)

    @decision(
        title=_("退到余额"),
        consequence=_("钱记到买家的余额，退款随即完成，买家会收到消息，可以花也可以提现。系统会先再问一次渠道。"),
        done=_("已退到余额，买家会收到消息"),
        permissions=("rescue",),
        form=Note,
        icon="account_balance_wallet",
    )
    def to_balance(self, refund: Refund, answers: dict[str, Any]) -> None:
        give_to_balance(refund=refund, now=timezone.now(), **answers)
