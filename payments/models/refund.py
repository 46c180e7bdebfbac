from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.ids import DocumentNumber
from common.statemachine import Transitions
from payments.models.payment import Payment
from payments.states import ONCE_PER_PAYMENT, REFUND_TRANSITIONS, RefundKind, RefundRoute, RefundStatus


class Refund(models.Model):
    """Money going back from one payment. Its number is committed before the gateway hears it, and never changes."""

    transitions: ClassVar[Transitions] = REFUND_TRANSITIONS

    number = models.CharField(_("退款单号"), max_length=20, unique=True, db_default=DocumentNumber("R"), editable=False)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    kind = models.CharField(_("类型"), max_length=20, choices=RefundKind.choices)
    amount_fen = models.PositiveIntegerField(_("金额（分）"))
    route = models.CharField(_("退款方式"), max_length=10, choices=RefundRoute.choices, default=RefundRoute.ORIGINAL)
    reference = models.CharField(_("打款凭证号"), max_length=60, blank=True, help_text="of a refund to another account")
    reason = models.CharField(_("原因"), max_length=200)
    status = models.CharField(
        _("状态"), max_length=10, choices=RefundStatus.choices, default=RefundStatus.REQUESTED, editable=False
    )
    attempts = models.PositiveSmallIntegerField(_("尝试次数"), default=0)
    due_at = models.DateTimeField(help_text="not sent or asked about before this instant")
    requested_at = models.DateTimeField(_("申请时间"))
    sent_at = models.DateTimeField(_("提交时间"), null=True)
    done_at = models.DateTimeField(_("到账时间"), null=True)
    error = models.CharField(_("渠道答复"), max_length=300, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("退款单")
        constraints = [
            models.UniqueConstraint(
                fields=["payment", "kind"], condition=Q(kind__in=ONCE_PER_PAYMENT), name="refund_once_per_kind"
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="refund_amount_positive"),
            models.CheckConstraint(
                condition=~Q(route=RefundRoute.OTHER) | ~Q(reference=""), name="refund_elsewhere_has_reference"
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_at"], name="refund_due", condition=Q(status__in=["requested", "sent", "processing"])
            ),
            models.Index(fields=["requested_at"], name="refund_requested"),
            models.Index(fields=["id"], name="refund_abnormal", condition=Q(status="abnormal")),
            models.Index(fields=["done_at"], name="refund_done", condition=Q(status="done")),
        ]

    def __str__(self) -> str:
        return self.number
