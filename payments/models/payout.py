from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant, User
from common.crypto import EncryptedTextField
from common.ids import DocumentNumber, new_public_code
from common.masking import mask_name
from common.statemachine import Transitions
from payments.states import WITHDRAWAL_TRANSITIONS, PayeeKind, Purse, WithdrawalStatus

ONE_OWNER = Q(merchant__isnull=False, user__isnull=True) | Q(merchant__isnull=True, user__isnull=False)


class Payee(models.Model):
    """Where money is paid out to: an account of a merchant or of a person, encrypted; its tail is what pages show."""

    code = models.CharField(max_length=10, unique=True, default=new_public_code, editable=False)
    merchant = models.ForeignKey(Merchant, models.PROTECT, null=True, related_name="payees")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="payees")
    kind = models.CharField(_("收款方式"), max_length=10, choices=PayeeKind.choices)
    holder = EncryptedTextField(_("户名"))
    account = EncryptedTextField(_("账号"))
    account_tail = models.CharField(_("账号尾号"), max_length=4)
    bank_name = models.CharField(_("开户行"), max_length=60, blank=True)
    added_at = models.DateTimeField(_("添加时间"))
    removed_at = models.DateTimeField(_("移除时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("收款账户")
        constraints = [models.CheckConstraint(condition=ONE_OWNER, name="payee_has_one_owner")]

    def __str__(self) -> str:
        return f"{self.bank_name or self.get_kind_display()} *{self.account_tail}"

    @property
    def shown_holder(self) -> str:
        """What pages show of the holder's name."""
        return mask_name(self.holder)


class Withdrawal(models.Model):
    """Money that leaves the house to whom it belongs; approved by operators, paid by hand, booked at every step."""

    transitions: ClassVar[Transitions] = WITHDRAWAL_TRANSITIONS

    number = models.CharField(_("提现单号"), max_length=20, unique=True, db_default=DocumentNumber("W"), editable=False)
    purse = models.CharField(_("来源"), max_length=10, choices=Purse.choices)
    merchant = models.ForeignKey(Merchant, models.PROTECT, null=True, related_name="withdrawals")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="withdrawals", verbose_name=_("用户"))
    payee = models.ForeignKey(Payee, models.PROTECT, related_name="withdrawals", verbose_name=_("收款账户"))
    amount_fen = models.PositiveBigIntegerField(_("金额（分）"))
    status = models.CharField(_("状态"), max_length=10, choices=WithdrawalStatus.choices, editable=False)
    approvals_needed = models.PositiveSmallIntegerField(_("需要几人审批"), default=1)
    flags = models.JSONField(_("风险提示"), default=list, help_text='what checks said: [{"check", "reason"}]')
    requested_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("申请人"))
    requested_at = models.DateTimeField(_("申请时间"))
    ended_at = models.DateTimeField(_("结束时间"), null=True)
    bank_reference = models.CharField(_("打款凭证号"), max_length=60, blank=True)
    note = models.CharField(_("说明"), max_length=200, blank=True, help_text="shown to whoever asked for it")

    class Meta:
        verbose_name = verbose_name_plural = _("提现")
        # Whoever may change withdrawals may do this too.
        permissions = [("lift_withdrawal_hold", "Can lift the hold of a withdrawal")]
        constraints = [
            models.CheckConstraint(condition=ONE_OWNER, name="withdrawal_has_one_owner"),
            models.CheckConstraint(
                condition=Q(purse=Purse.MERCHANT, merchant__isnull=False)
                | ~Q(purse=Purse.MERCHANT) & Q(user__isnull=False),
                name="withdrawal_from_own_purse",
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="withdrawal_amount_positive"),
            models.CheckConstraint(condition=Q(approvals_needed__in=[1, 2]), name="withdrawal_approvals_sane"),
            models.CheckConstraint(
                condition=~Q(status=WithdrawalStatus.PAID) | ~Q(bank_reference=""), name="withdrawal_paid_has_reference"
            ),
        ]
        indexes = [
            models.Index(fields=["merchant", "-id"], name="withdrawal_of_merchant"),
            models.Index(fields=["user", "-id"], name="withdrawal_of_user"),
            models.Index(
                fields=["requested_at"],
                name="withdrawal_waiting",
                condition=Q(status__in=["held", "requested", "approved"]),
            ),
        ]

    def __str__(self) -> str:
        return self.number

    @property
    def may_be_cancelled(self) -> bool:
        """Whether its owner may still take it back."""
        return WithdrawalStatus.CANCELLED in self.transitions.get(self.status, frozenset())


class WithdrawalApproval(models.Model):
    """One operator's yes to a withdrawal; above a limit it takes two people."""

    withdrawal = models.ForeignKey(Withdrawal, models.PROTECT, related_name="approvals")
    operator = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name=_("审批人"))
    at = models.DateTimeField(_("审批时间"))

    class Meta:
        verbose_name = verbose_name_plural = _("提现审批")
        constraints = [models.UniqueConstraint(fields=["withdrawal", "operator"], name="withdrawal_approved_once_each")]

    def __str__(self) -> str:
        return f"{self.withdrawal_id} {self.operator_id}"
