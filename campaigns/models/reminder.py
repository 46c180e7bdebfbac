from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from campaigns.models.campaign import Campaign


class Reminder(models.Model):
    """That somebody wants to be told when a campaign opens."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="reminders")
    user = models.ForeignKey(User, models.CASCADE, related_name="reminders")
    asked_at = models.DateTimeField()
    told_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("开团提醒")
        constraints = [models.UniqueConstraint(fields=["campaign", "user"], name="reminder_once")]

    def __str__(self) -> str:
        return f"{self.user_id} → {self.campaign_id}"
