from django.db import models
from django.utils.translation import gettext_lazy as _

from payments.models.payment import Payment


class Callback(models.Model):
    """A message or an answer of a gateway as it came, and what we made of it. Rejected ones are kept: evidence."""

    class Verdict(models.TextChoices):
        ACCEPTED = "accepted", _("已采纳")
        REJECTED = "rejected", _("已拒绝")

    gateway = models.CharField(max_length=20)
    event_id = models.CharField(max_length=128, blank=True, help_text="the gateway's own id of an accepted message")
    payment = models.ForeignKey(Payment, models.PROTECT, null=True, related_name="callbacks")
    verdict = models.CharField(max_length=10, choices=Verdict.choices)
    reason = models.CharField(max_length=200, blank=True)
    amount_fen = models.PositiveIntegerField(_("到账金额（分）"), null=True, help_text="what it says was paid")
    body = models.TextField()
    headers = models.JSONField(default=dict)
    received_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("支付通知")
        constraints = [
            models.UniqueConstraint(
                fields=["gateway", "event_id"],
                condition=models.Q(verdict="accepted"),
                name="callback_accepted_once",
            )
        ]
        indexes = [
            models.Index(
                fields=["received_at"],
                name="callback_rejected",
                condition=models.Q(verdict="rejected", payment__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return f"{self.gateway} {self.event_id}"
