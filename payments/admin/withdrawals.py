"""Operators: money out. Two pairs of eyes where it matters, and the bank's reference as proof."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from common.decisions import Note, decision, reveal
from common.models import Transition
from common.money import format_yuan
from common.operators import OperatorAdmin, PhoneSearch, ShownInline
from payments.admin.paying import BankReference
from payments.models import Withdrawal, WithdrawalApproval
from payments.purses import owner_of
from payments.selectors.ledger import bookings_of
from payments.selectors.payouts import in_purse, with_approvals
from payments.services import payouts
from payments.states import WITHDRAWAL, Purse, Side, WithdrawalStatus
from payments.subjects import Subject

WITHDRAWAL_LABELS = {
    "held": "danger",
    "requested": "warning",
    "approved": "info",
    "paid": "success",
    "failed": "danger",
    "rejected": "danger",
    "cancelled": "primary",
}
NEW_LINE = mark_safe("<br>")


class ApprovalInline(ShownInline):
    model = WithdrawalApproval
    fields = ("operator", "at")
    readonly_fields = fields
    ordering = ("pk",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("operator")


@admin.register(Withdrawal)
class WithdrawalAdmin(PhoneSearch, OperatorAdmin):
    phone_hash_path = "user__phone_hash"
    list_display = ("number", "whose", "purse", "amount", "payee", "shown_status", "said_yes", "requested_at")
    list_filter = ("status", "purse")
    list_select_related = ("merchant", "user", "payee")
    search_fields = ("number", "merchant__name", "bank_reference")
    search_help_text = _("提现单号、商家、打款凭证号或用户手机号")
    fields = (
        ("number", "status"),
        ("whose", "purse"),
        ("amount", "left_in_purse"),
        ("payee", "holder"),
        ("said_yes", "flagged"),
        ("requested_by", "requested_at"),
        ("bank_reference", "ended_at"),
        "note",
        "way",
        "steps",
    )
    readonly_fields = ("whose", "amount", "left_in_purse", "holder", "said_yes", "flagged", "way", "steps")
    inlines = (ApprovalInline,)
    actions_detail = ("approve", "lift_hold", "mark_paid", "mark_failed", "reject", "reveal_personal_data")
    reveal_personal_data = reveal(
        subject="payee",
        of=lambda withdrawal: withdrawal.payee,
        read=lambda payee: [
            (_("收款方式"), payee.get_kind_display()),
            (_("户名"), payee.holder),
            (_("账号"), payee.account),
            (_("开户行"), payee.bank_name or "—"),
        ],
    )

    def get_queryset(self, request: HttpRequest) -> Any:
        return with_approvals(super().get_queryset(request).select_related("merchant", "user", "payee"))

    @display(description=_("归属"))
    def whose(self, withdrawal: Withdrawal) -> str:
        return str(withdrawal.merchant or withdrawal.user)

    @display(description=_("金额"), ordering="amount_fen")
    def amount(self, withdrawal: Withdrawal) -> str:
        return format_yuan(withdrawal.amount_fen)

    @display(description=_("状态"), label=WITHDRAWAL_LABELS, ordering="status")
    def shown_status(self, withdrawal: Withdrawal) -> tuple[str, str]:
        return withdrawal.status, withdrawal.get_status_display()

    @display(description=_("审批"))
    def said_yes(self, withdrawal: Any) -> str:
        return f"{withdrawal.approvals_given} / {withdrawal.approvals_needed}"

    @display(description=_("账户现有"))
    def left_in_purse(self, withdrawal: Withdrawal) -> str:
        return format_yuan(in_purse(owner_of(withdrawal), Purse(withdrawal.purse)))

    @display(description=_("户名"))
    def holder(self, withdrawal: Withdrawal) -> str:
        return withdrawal.payee.shown_holder

    @display(description=_("风险提示"))
    def flagged(self, withdrawal: Withdrawal) -> str:
        return format_html_join(NEW_LINE, "{}", ((flag["reason"],) for flag in withdrawal.flags)) or "—"

    @display(description=_("记账"))
    def way(self, withdrawal: Withdrawal) -> str:
        entries = bookings_of(Subject(WITHDRAWAL, withdrawal.number))
        rows = (
            (entry.transaction.key, Side(entry.side).label, entry.account, format_yuan(entry.amount_fen))
            for entry in entries
        )
        return format_html_join(NEW_LINE, "{} · {} {} {}", rows)

    @display(description=_("经过"))
    def steps(self, withdrawal: Withdrawal) -> str:
        taken = Transition.objects.filter(entity=withdrawal._meta.label_lower, object_id=withdrawal.pk)
        rows = (
            (
                date_format(timezone.localtime(step.at), "DATETIME_FORMAT"),
                step.actor or "",
                WithdrawalStatus(step.to_state).label,
                step.reason,
            )
            for step in taken.select_related("actor").order_by("pk")
        )
        return format_html_join(NEW_LINE, "{} · {} {} {}", rows)

    def has_decide_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id, WithdrawalStatus.REQUESTED)

    def has_reject_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id, WithdrawalStatus.REQUESTED, WithdrawalStatus.HELD)

    def has_pay_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self._may(request, object_id, WithdrawalStatus.APPROVED)

    def has_lift_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        may = self.has_act_permission(request) or request.user.has_perm("payments.lift_withdrawal_hold")
        return may and self.state_of(object_id) == WithdrawalStatus.HELD

    def _may(self, request: HttpRequest, object_id: Any, *statuses: WithdrawalStatus) -> bool:
        return self.has_act_permission(request) and self.state_of(object_id) in statuses

    @decision(
        title=_("审批通过"),
        consequence=_("需要的人数到齐后进入待打款；自己或自己店铺的提现要由别人审批。"),
        done=_("已记下你的审批"),
        permissions=("decide",),
        icon="check",
    )
    def approve(self, withdrawal: Withdrawal, answers: dict[str, Any]) -> None:
        payouts.approve(withdrawal=withdrawal, now=timezone.now(), **answers)

    @decision(
        title=_("解除冻结"),
        consequence=_("写明核对了什么。解除后还要两人审批才能打款。"),
        done=_("已解除冻结，等待审批"),
        permissions=("lift",),
        form=Note,
        icon="lock_open",
    )
    def lift_hold(self, withdrawal: Withdrawal, answers: dict[str, Any]) -> None:
        payouts.lift_hold(withdrawal=withdrawal, now=timezone.now(), **answers)

    @decision(
        title=_("已打款"),
        consequence=_("先从平台银行户打款，再在这里填凭证号记账；对方会收到消息。"),
        done=_("已记账，对方会收到消息"),
        permissions=("pay",),
        form=BankReference,
        icon="send_money",
    )
    def mark_paid(self, withdrawal: Withdrawal, answers: dict[str, Any]) -> None:
        payouts.mark_paid(withdrawal=withdrawal, now=timezone.now(), **answers)

    @decision(
        title=_("打款失败"),
        consequence=_("确认钱没有打出去或已经退汇。钱退回对方的账户，对方会看到你写的说明。"),
        done=_("钱已退回对方的账户"),
        permissions=("pay",),
        form=Note,
        danger=True,
        icon="money_off",
    )
    def mark_failed(self, withdrawal: Withdrawal, answers: dict[str, Any]) -> None:
        payouts.mark_failed(withdrawal=withdrawal, now=timezone.now(), **answers)

    @decision(
        title=_("拒绝"),
        consequence=_("钱退回对方的账户，对方会看到你写的说明。"),
        done=_("已拒绝，钱已退回对方的账户"),
        permissions=("reject",),
        form=Note,
        danger=True,
        icon="close",
    )
    def reject(self, withdrawal: Withdrawal, answers: dict[str, Any]) -> None:
        payouts.reject(withdrawal=withdrawal, now=timezone.now(), **answers)
