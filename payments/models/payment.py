from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant, User
from common.ids import DocumentNumber
from common.statemachine import Transitions
from payments.states import BALANCE, PAYMENT_TRANSITIONS, PayerDevice, PaymentStatus


class PaymentQuerySet(models.QuerySet["Payment"]):
    def for_subject(self, kind: str, number: str) -> "PaymentQuerySet":
        """Every attempt to pay one thing."""
        return self.filter(subject_kind=kind, subject_number=number)

    def from_balance(self) -> "PaymentQuerySet":
        """The parts that balances pay."""
        return self.filter(gateway=BALANCE)

    def waiting_parts(self) -> "PaymentQuerySet":
        """What balances paid towards something whose rest has not come."""
        return self.from_balance().filter(status=PaymentStatus.CAPTURED, applied=False, refund_fen=0)

    def pending(self) -> "PaymentQuerySet":
        return self.filter(status=PaymentStatus.PENDING)


class Payment(models.Model):
    """One attempt to pay one instalment of a subject at a gateway.

    The subject is opaque (kind and number): payments knows no order. Captured money is *applied* when the subject's
    owner took it; money that came late or twice is captured, not applied, and goes back. At the gateway "balance" it is
    the part of an instalment that the payer's balance pays: captured at once, applied when the rest has come.
    """

    transitions: ClassVar[Transitions] = PAYMENT_TRANSITIONS

    number = models.CharField(_("支付单号"), max_length=20, unique=True, db_default=DocumentNumber("P"), editable=False)
    subject_kind = models.CharField(max_length=20)
    subject_number = models.CharField(max_length=40)
    instalment = models.PositiveSmallIntegerField(default=1)
    payer = models.ForeignKey(User, models.PROTECT, related_name="payments")
    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="payments")
    gateway = models.CharField(_("渠道"), max_length=20)
    amount_fen = models.PositiveIntegerField(_("金额（分）"))
    title = models.CharField(max_length=120, help_text="what the gateway shows the payer")
    status = models.CharField(
        _("状态"), max_length=10, choices=PaymentStatus.choices, default=PaymentStatus.PENDING, editable=False
    )
    applied = models.BooleanField(_("已入账"), default=False)
    pay_url = models.CharField(max_length=2_000, blank=True)
    opened_for = models.CharField(
        max_length=10, choices=PayerDevice.choices, blank=True, help_text="the kind of device that pay_url is for"
    )
    opened_at = models.DateTimeField(null=True, help_text="when pay_url was made; it does not last for ever")
    gateway_number = models.CharField(_("渠道流水号"), max_length=64, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(help_text="the payer's deadline, also told to the gateway")
    captured_at = models.DateTimeField(_("到账时间"), null=True, help_text="success time by the gateway's clock")
    queried_at = models.DateTimeField(null=True, help_text="when the gateway was last asked")
    refund_fen = models.PositiveIntegerField(_("已申请退款（分）"), default=0, help_text="the sum of all its refunds")
    refund_count = models.PositiveSmallIntegerField(default=0)

    objects = PaymentQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("支付单")
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_number", "instalment"],
                condition=Q(applied=True) & ~Q(gateway=BALANCE),
                name="payment_applied_once",
            ),
            models.UniqueConstraint(
                fields=["subject_kind", "subject_number", "instalment"],
                condition=Q(gateway=BALANCE) & (Q(applied=True) | Q(refund_fen=0)),
                name="payment_one_balance_part",
            ),
            models.UniqueConstraint(
                fields=["subject_kind", "subject_number", "instalment"],
                condition=Q(status="pending"),
                name="payment_one_pending",
            ),
            models.UniqueConstraint(
                fields=["gateway", "gateway_number"],
                condition=~Q(gateway_number=""),
                name="payment_gateway_number_once",
            ),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="payment_amount_positive"),
            models.CheckConstraint(condition=Q(refund_fen__lte=F("amount_fen")), name="payment_never_over_refunded"),
            models.CheckConstraint(condition=Q(refund_count__lte=50), name="payment_refunds_at_most_50"),
            models.CheckConstraint(
                condition=Q(status="captured", captured_at__isnull=False)
                | (~Q(status="captured") & Q(applied=False, refund_fen=0)),
                name="payment_only_captured_counts",
            ),
        ]
        indexes = [
            models.Index(fields=["subject_kind", "subject_number"], name="payment_subject"),
            models.Index(fields=["created_at"], name="payment_pending", condition=Q(status="pending")),
            models.Index(fields=["captured_at"], name="payment_captured", condition=Q(status="captured")),
        ]

    def __str__(self) -> str:
        return self.number
