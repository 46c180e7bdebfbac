from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _


class OutboxEvent(models.Model):
    """Something that happened, written in the transaction in which it happened."""

    name = models.CharField(max_length=80)
    payload = models.JSONField()
    published_at = models.DateTimeField(db_default=Now())
    relayed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("事件")
        indexes = [
            models.Index(fields=["id"], name="outbox_waiting", condition=models.Q(relayed_at__isnull=True)),
            models.Index(fields=["published_at"], name="outbox_age"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.pk}"


class EventDelivery(models.Model):
    """One event for one handler: delivered at least once, takes effect once."""

    class Status(models.TextChoices):
        WAITING = "waiting", _("待投递")
        DONE = "done", _("已完成")
        PARKED = "parked", _("已搁置")

    event = models.ForeignKey(OutboxEvent, models.CASCADE, related_name="deliveries")
    handler = models.CharField(max_length=120)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.WAITING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField(help_text="not tried before this instant")
    done_at = models.DateTimeField(null=True)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("事件投递")
        constraints = [models.UniqueConstraint(fields=["event", "handler"], name="delivery_once")]
        indexes = [
            models.Index(fields=["due_at"], name="delivery_due", condition=models.Q(status="waiting")),
            models.Index(fields=["id"], name="delivery_parked", condition=models.Q(status="parked")),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} → {self.handler}"
