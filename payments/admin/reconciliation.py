"""Operators: gateways' bills day by day, and the differences that a person has to look at."""

import datetime as dt
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.timesince import timesince
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from common.decisions import Note, decision
from common.money import format_yuan
from common.operators import OperatorAdmin, ShownInline
from payments.models import ReconciliationCase, ReconciliationRun
from payments.selectors.reconciliation import with_open_cases
from payments.services.reconciling import deciding
from payments.states import BillLineKind, CaseStatus, PaymentStatus, RefundStatus

CASE_LABELS = {"open": "danger", "repaired": "success", "settled": "info"}
DIFFERENCE_LABELS = {
    "missing_here": "danger",
    "missing_there": "danger",
    "amount": "warning",
    "status": "warning",
    "duplicate": "info",
}
STATUS_WORDS = {
    BillLineKind.PAYMENT: dict(PaymentStatus.choices),
    BillLineKind.REFUND: dict(RefundStatus.choices),
}


class CaseInline(ShownInline):
    model = ReconciliationCase
    fields = ("kind", "document", "difference", "their_fen", "our_fen", "status", "outcome", "owner")
    readonly_fields = fields
    ordering = ("pk",)

    @display(description=_("单号"))
    def document(self, case: ReconciliationCase) -> str:
        address = reverse("admin:payments_reconciliationcase_change", args=[case.pk])
        return format_html('<a class="text-primary-600" href="{}">{}</a>', address, case.number)


@admin.register(ReconciliationRun)
class ReconciliationRunAdmin(OperatorAdmin):
    list_display = (
        *("day", "gateway", "line_count", "matched_count", "difference_count", "still_open"),
        *("paid", "refunded", "finished_at", "error"),
    )
    list_filter = ("gateway",)
    date_hierarchy = "day"
    ordering = ("-day", "gateway")
    fields = (
        ("day", "gateway"),
        ("line_count", "matched_count"),
        ("difference_count", "still_open"),
        ("paid", "refunded"),
        ("finished_at", "next_reading"),
        "error",
    )
    readonly_fields = ("still_open", "paid", "refunded", "next_reading")
    inlines = (CaseInline,)
    actions_detail = ("read_again",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return with_open_cases(super().get_queryset(request))

    @display(description=_("待处理的差异"), ordering="open_count")
    def still_open(self, run: Any) -> int:
        return run.open_count

    @display(description=_("收款"), ordering="paid_fen")
    def paid(self, run: ReconciliationRun) -> str:
        return format_yuan(run.paid_fen)

    @display(description=_("退款"), ordering="refunded_fen")
    def refunded(self, run: ReconciliationRun) -> str:
        return format_yuan(run.refunded_fen)

    @display(description=_("下次核对"))
    def next_reading(self, run: ReconciliationRun) -> dt.datetime | None:
        return run.due_at if run.is_waiting() else None

    @decision(
        title=_("再核对一次"),
        consequence=_("几分钟内重新取这一天的账单核对；已经发现的差异不会重复记录，已经一致的会自动关闭。"),
        done=_("已排队，几分钟后刷新看结果"),
        icon="sync",
    )
    def read_again(self, run: ReconciliationRun, answers: dict[str, Any]) -> None:
        deciding.read_again(run=run, actor_id=answers["actor_id"], now=timezone.now())


@admin.register(ReconciliationCase)
class ReconciliationCaseAdmin(OperatorAdmin):
    list_display = (
        *("number", "shown_difference", "they_say", "we_say", "gateway", "day"),
        *("shown_status", "age", "owner"),
    )
    list_filter = ("status", "difference", "kind", "gateway")
    list_select_related = ("owner",)
    search_fields = ("number", "gateway_number", "payment__subject_number")
    search_help_text = _("支付单号、退款单号、订单号或渠道流水号")
    fields = (
        ("number", "kind"),
        ("gateway", "day"),
        ("difference", "status"),
        ("they_say", "we_say"),
        ("payment", "refund"),
        ("gateway_number", "owner"),
        ("opened_at", "age"),
        ("replayed_at", "they_answer"),
        ("closed_at", "outcome"),
        ("error", "note"),
    )
    readonly_fields = ("they_say", "we_say", "they_answer", "age")
    actions_detail = ("take_on", "ask_gateway", "settle")

    @display(description=_("差异"), label=DIFFERENCE_LABELS, ordering="difference")
    def shown_difference(self, case: ReconciliationCase) -> tuple[str, str]:
        return case.difference, case.get_difference_display()

    @display(description=_("状态"), label=CASE_LABELS, ordering="status")
    def shown_status(self, case: ReconciliationCase) -> tuple[str, str]:
        return case.status, case.get_status_display()

    @display(description=_("渠道账单"), ordering="their_fen")
    def they_say(self, case: ReconciliationCase) -> str:
        return _side(case.kind, case.their_fen, case.their_status)

    @display(description=_("我方记录"), ordering="our_fen")
    def we_say(self, case: ReconciliationCase) -> str:
        return _side(case.kind, case.our_fen, case.our_status)

    @display(description=_("渠道查询结果"))
    def they_answer(self, case: ReconciliationCase) -> str:
        return _side(case.kind, case.answer_fen, case.answer_status)

    @display(description=_("已有多久"), ordering="opened_at")
    def age(self, case: ReconciliationCase) -> str:
        until: dt.datetime = case.closed_at or max(timezone.now(), case.opened_at)
        return timesince(case.opened_at, until, depth=1)

    def has_decide_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.has_act_permission(request) and self.state_of(object_id) == CaseStatus.OPEN

    def has_ask_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        about_ours = self.things_of(object_id).filter(payment__isnull=False)
        return self.has_decide_permission(request, object_id) and about_ours.exists()

    @decision(
        title=_("由我处理"),
        consequence=_("你成为这条差异的负责人，同事看得到。"),
        done=_("已归你处理"),
        permissions=("decide",),
        icon="person_add",
    )
    def take_on(self, case: ReconciliationCase, answers: dict[str, Any]) -> None:
        deciding.take_on(case=case, actor_id=answers["actor_id"])

    @decision(
        title=_("再问一次渠道"),
        consequence=_("向渠道查询这笔单据，按它的答复入账或更新退款；一致了就自动关闭。不会直接改动任何余额。"),
        done=_("渠道已经答复"),
        permissions=("ask",),
        icon="contact_support",
    )
    def ask_gateway(self, case: ReconciliationCase, answers: dict[str, Any]) -> None:
        deciding.ask_gateway(case=case, actor_id=answers["actor_id"], now=timezone.now())

    @decision(
        title=_("人工了结"),
        consequence=_("写明怎么处理的。了结以后，再次核对也不会重新打开。"),
        done=_("已了结"),
        permissions=("decide",),
        form=Note,
        icon="task_alt",
    )
    def settle(self, case: ReconciliationCase, answers: dict[str, Any]) -> None:
        deciding.settle(case=case, actor_id=answers["actor_id"], note=answers["note"], now=timezone.now())


def _side(kind: str, amount_fen: int | None, status: str) -> str:
    """What one side says: an amount, a state in words, or nothing at all."""
    words = str(STATUS_WORDS[BillLineKind(kind)].get(status, status))
    amount = "" if amount_fen is None else format_yuan(amount_fen)
    return f"{amount} {words}".strip() or "—"
