import datetime as dt
import secrets

from django.db import models
from django.db.models.functions import Now

from common.ids import new_code


def new_token() -> str:
    """The unguessable part of a payer's address."""
    return secrets.token_urlsafe(24)


def new_gateway_number() -> str:
    """The sandbox's own number of a payment."""
    return f"S{new_code(20)}"


class SandboxPayment(models.Model):
    """A payment in the sandbox's books."""

    class Status(models.TextChoices):
        WAITING = "waiting", "待支付"
        PAID = "paid", "已支付"
        FAILED = "failed", "支付失败"
        CLOSED = "closed", "已关闭"

    number = models.CharField(max_length=40, unique=True, help_text="the customer's number")
    gateway_number = models.CharField(max_length=40, unique=True, default=new_gateway_number)
    token = models.CharField(max_length=40, unique=True, default=new_token)
    title = models.CharField(max_length=120)
    amount_fen = models.PositiveIntegerField()
    paid_fen = models.PositiveIntegerField(
        null=True, help_text="what it tells was paid; another amount by a fault only"
    )
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    notify_url = models.CharField(max_length=500)
    return_url = models.CharField(max_length=500)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "sandbox_payment"

    def __str__(self) -> str:
        return self.number

    def can_be_paid(self, now: dt.datetime) -> bool:
        """Whether a person may still decide."""
        return self.status == self.Status.WAITING and now < self.expires_at


class SandboxRefund(models.Model):
    """A refund in the sandbox's books; it arrives at `finishes_at`, or when somebody says so."""

    class Status(models.TextChoices):
        PROCESSING = "processing", "处理中"
        DONE = "done", "已到账"
        ABNORMAL = "abnormal", "异常"

    payment = models.ForeignKey(SandboxPayment, models.CASCADE, related_name="refunds")
    number = models.CharField(max_length=40, unique=True, help_text="the customer's number")
    amount_fen = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.PROCESSING)
    accepted_at = models.DateTimeField(db_default=Now())
    finishes_at = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)

    class Meta:
        db_table = "sandbox_refund"

    def __str__(self) -> str:
        return self.number

    def has_arrived(self, now: dt.datetime) -> bool:
        """Whether its time has come, written down or not."""
        return self.status == self.Status.PROCESSING and self.finishes_at is not None and self.finishes_at <= now
