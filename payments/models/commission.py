from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant, User
from common.statemachine import Transitions
from payments.states import COMMISSION_TRANSITIONS, CommissionRole, CommissionStatus


class Commission(models.Model):
    """What somebody earns from one subject: frozen until its after-sales window has passed, never from oneself.

    `base_fen` and `amount_fen` follow the refunds of the subject. Money stands in the ledger from its release on.
    """

    transitions: ClassVar[Transitions] = COMMISSION_TRANSITIONS

    subject_kind = models.CharField(max_length=20)
    subject_number = models.CharField(_("订单号"), max_length=40)
    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="+")
    payer = models.ForeignKey(User, models.PROTECT, related_name="+")
    beneficiary = models.ForeignKey(User, models.PROTECT, related_name="commissions", verbose_name=_("受益人"))
    role = models.CharField(_("身份"), max_length=10, choices=CommissionRole.choices)
    rate_bp = models.PositiveIntegerField(_("佣金（万分比）"))
    base_fen = models.PositiveIntegerField(_("计佣金额（分）"), help_text="goods, less what went back")
    amount_fen = models.PositiveIntegerField(_("佣金（分）"))
    status = models.CharField(
        _("状态"), max_length=10, choices=CommissionStatus.choices, default=CommissionStatus.FROZEN, editable=False
    )
    accrued_at = models.DateTimeField(_("产生时间"))
    released_at = models.DateTimeField(_("结算时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("佣金")
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_number", "beneficiary", "role"], name="commission_once"
            ),
            models.CheckConstraint(condition=~Q(beneficiary=F("payer")), name="commission_never_to_oneself"),
            models.CheckConstraint(condition=Q(amount_fen__lte=F("base_fen")), name="commission_bounded"),
            models.CheckConstraint(
                condition=Q(status="released", released_at__isnull=False)
                | (~Q(status="released") & Q(released_at__isnull=True)),
                name="commission_released_at_an_instant",
            ),
        ]
        indexes = [models.Index(fields=["beneficiary", "-id"], name="commission_of_beneficiary")]

    def __str__(self) -> str:
        return f"{self.subject_number} {self.role}"
