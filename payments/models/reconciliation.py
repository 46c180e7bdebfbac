from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.statemachine import Transitions
from payments.models.payment import Payment
from payments.models.refund import Refund
from payments.states import CASE_TRANSITIONS, BillLineKind, CaseOutcome, CaseStatus, Difference


class ReconciliationRun(models.Model):
    """One gateway's bill of one day, held against our books.

    Each reading has an attempt of its own: whoever was overtaken by another finds that out before it changes anything.
    What is counted are the lines of the attempt that finished last. A run is due again when it never finished, or when
    it was asked for again after it had.
    """

    gateway = models.CharField(_("渠道"), max_length=20)
    day = models.DateField(_("账单日"))
    attempt = models.PositiveIntegerField(default=0)
    leased_until = models.DateTimeField(null=True, help_text="somebody reads the bill until then")
    due_at = models.DateTimeField(_("下次核对"), help_text="not read before this instant by the sweep")
    finished_attempt = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(_("核对时间"), null=True)
    line_count = models.PositiveIntegerField(_("账单行数"), default=0)
    matched_count = models.PositiveIntegerField(_("一致"), default=0)
    difference_count = models.PositiveIntegerField(_("差异"), default=0)
    paid_fen = models.PositiveBigIntegerField(default=0, help_text="what the bill says came")
    refunded_fen = models.PositiveBigIntegerField(default=0, help_text="what the bill says went back")
    error = models.CharField(_("渠道答复"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("每日对账")
        constraints = [models.UniqueConstraint(fields=["gateway", "day"], name="reconciliation_run_once")]

    def __str__(self) -> str:
        return f"{self.gateway} {self.day}"

    def is_waiting(self) -> bool:
        """Whether its bill is to be read, for the first time or once more."""
        return self.finished_at is None or self.due_at > self.finished_at


class ReconciliationLine(models.Model):
    """One line of a bill beside what our books say; or what our books have and no bill has, which has no position."""

    run = models.ForeignKey(ReconciliationRun, models.CASCADE, related_name="lines")
    attempt = models.PositiveIntegerField()
    position = models.PositiveIntegerField(null=True)
    kind = models.CharField(max_length=10, choices=BillLineKind.choices)
    number = models.CharField(max_length=64, help_text="ours; the gateway's where it names none of ours")
    gateway_number = models.CharField(max_length=64, blank=True)
    at = models.DateTimeField(null=True)
    their_fen = models.PositiveBigIntegerField(null=True)
    their_status = models.CharField(max_length=10, blank=True)
    our_fen = models.PositiveBigIntegerField(null=True)
    our_status = models.CharField(max_length=10, blank=True)
    difference = models.CharField(max_length=15, choices=Difference.choices, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("账单明细")
        constraints = [
            models.UniqueConstraint(fields=["run", "attempt", "position"], name="reconciliation_line_once"),
        ]
        indexes = [models.Index(fields=["kind", "number"], name="reconciliation_line_document")]

    def __str__(self) -> str:
        return self.number


class ReconciliationCase(models.Model):
    """A difference between a gateway's bill and our books, from the day it was found until it is gone or settled.

    What the two sides say is kept as it was when the case was opened.
    """

    transitions: ClassVar[Transitions] = CASE_TRANSITIONS

    run = models.ForeignKey(ReconciliationRun, models.PROTECT, related_name="cases")
    gateway = models.CharField(_("渠道"), max_length=20)
    day = models.DateField(_("账单日"))
    kind = models.CharField(_("类型"), max_length=10, choices=BillLineKind.choices)
    number = models.CharField(_("单号"), max_length=64)
    difference = models.CharField(_("差异"), max_length=15, choices=Difference.choices)
    gateway_number = models.CharField(_("渠道流水号"), max_length=64, blank=True)
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="+", verbose_name=_("支付单"))
    refund = models.ForeignKey(Refund, models.PROTECT, null=True, related_name="+", verbose_name=_("退款单"))
    their_fen = models.PositiveBigIntegerField(null=True)
    their_status = models.CharField(max_length=10, blank=True)
    our_fen = models.PositiveBigIntegerField(null=True)
    our_status = models.CharField(max_length=10, blank=True)
    status = models.CharField(
        _("状态"), max_length=10, choices=CaseStatus.choices, default=CaseStatus.OPEN, editable=False
    )
    owner = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="reconciliation_cases", verbose_name=_("负责人")
    )
    opened_at = models.DateTimeField(_("发现时间"))
    replayed_at = models.DateTimeField(_("上次查询"), null=True, help_text="when the gateway last answered about it")
    answer_fen = models.PositiveBigIntegerField(null=True, help_text="what the gateway then said")
    answer_status = models.CharField(max_length=10, blank=True)
    closed_at = models.DateTimeField(_("结束时间"), null=True)
    outcome = models.CharField(_("结果"), max_length=15, choices=CaseOutcome.choices, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True)
    error = models.CharField(_("渠道答复"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("对账差异")
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "kind", "number", "difference"], name="reconciliation_case_once"
            ),
            models.CheckConstraint(
                condition=Q(status=CaseStatus.OPEN, closed_at__isnull=True)
                | (~Q(status=CaseStatus.OPEN) & Q(closed_at__isnull=False) & ~Q(outcome="")),
                name="reconciliation_case_closed_with_outcome",
            ),
            models.CheckConstraint(
                condition=~Q(status=CaseStatus.SETTLED) | (Q(owner__isnull=False) & ~Q(note="")),
                name="reconciliation_case_settled_by_somebody",
            ),
        ]
        indexes = [
            models.Index(fields=["opened_at"], name="reconciliation_case_open", condition=Q(status=CaseStatus.OPEN)),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.get_difference_display()}"
