from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant, User
from payments.models.payment import Payment
from payments.models.refund import Refund
from payments.states import AccountKind, Side


class LedgerAccount(models.Model):
    """An account of the double-entry ledger. Its balance is the sum of its entries; no second number is kept."""

    kind = models.CharField(max_length=20, choices=AccountKind.choices)
    gateway = models.CharField(max_length=20, blank=True)
    merchant = models.ForeignKey(Merchant, models.PROTECT, null=True, related_name="+")
    user = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("账户")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "gateway", "merchant", "user"], nulls_distinct=False, name="ledger_account_once"
            )
        ]

    def __str__(self) -> str:
        return " ".join(
            str(part) for part in (self.get_kind_display(), self.gateway, self.merchant or "", self.user or "") if part
        )


class LedgerTransaction(models.Model):
    """One booking: entries whose debits and credits are equal. Append-only; a trigger refuses anything else.

    The subject says whose money it moved, so that every fen of an order can be walked. What was wrong is corrected by
    a booking that reverses it, once.
    """

    key = models.CharField(max_length=60, unique=True, help_text='what was booked, e.g. "capture:P26112212345678"')
    subject_kind = models.CharField(max_length=20)
    subject_number = models.CharField(max_length=40)
    merchant = models.ForeignKey(
        Merchant, models.PROTECT, null=True, related_name="+", help_text="whose business it was"
    )
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="bookings")
    refund = models.ForeignKey(Refund, models.PROTECT, null=True, related_name="bookings")
    reverses = models.OneToOneField("self", models.PROTECT, null=True, related_name="reversed_by")
    booked_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("记账凭证")
        indexes = [
            models.Index(fields=["subject_kind", "subject_number"], name="ledger_subject"),
            models.Index(fields=["merchant", "booked_at"], name="ledger_of_merchant"),
        ]

    def __str__(self) -> str:
        return self.key


class LedgerEntry(models.Model):
    """One line of a booking: an amount > 0 on one side of one account."""

    transaction = models.ForeignKey(LedgerTransaction, models.PROTECT, related_name="entries")
    account = models.ForeignKey(LedgerAccount, models.PROTECT, related_name="entries")
    side = models.CharField(max_length=1, choices=Side.choices)
    amount_fen = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = verbose_name_plural = _("分录")
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="ledger_amount_positive"),
            models.CheckConstraint(condition=Q(side__in=["D", "C"]), name="ledger_side_known"),
        ]

    def __str__(self) -> str:
        return f"{self.side} {self.amount_fen}"
