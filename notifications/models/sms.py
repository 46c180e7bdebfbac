from django.db import models
from django.utils.translation import gettext_lazy as _

from common.crypto import EncryptedTextField
from notifications.states import ChannelName


class TextMessage(models.Model):
    """What a built-in channel kept instead of sending it, for the sandbox phone; found by the hash of its address."""

    channel = models.CharField(
        max_length=10, choices=ChannelName.choices, default=ChannelName.SMS, db_default=ChannelName.SMS
    )
    phone_hash = models.CharField(max_length=64, db_index=True)
    text = EncryptedTextField()
    sent_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("模拟短信")

    def __str__(self) -> str:
        return f"{self.sent_at:%Y-%m-%d %H:%M}"
