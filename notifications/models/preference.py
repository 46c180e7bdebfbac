import datetime as dt

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.states import ChannelName
from notifications.topics import Topic

NIGHT_BEGINS, NIGHT_ENDS = dt.time(22), dt.time(8)


class Preference(models.Model):
    """One person's own word on one topic by one channel. Without a row the house's own choice counts."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="message_preferences")
    topic = models.CharField(max_length=10, choices=Topic.choices)
    channel = models.CharField(max_length=10, choices=ChannelName.choices)
    wanted = models.BooleanField()
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("消息偏好")
        constraints = [
            models.UniqueConstraint(fields=["user", "topic", "channel"], name="preference_once"),
            models.CheckConstraint(
                condition=~models.Q(topic=Topic.MONEY, channel=ChannelName.INBOX, wanted=False),
                name="preference_money_stays",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.channel}"


class QuietHours(models.Model):
    """When one person is left alone, on the clock of the house; equal times mean never. Without a row: the night."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="quiet_hours")
    begins = models.TimeField(default=NIGHT_BEGINS)
    ends = models.TimeField(default=NIGHT_ENDS)

    class Meta:
        verbose_name = verbose_name_plural = _("免打扰时间")

    def __str__(self) -> str:
        return f"{self.begins:%H:%M}–{self.ends:%H:%M}"
