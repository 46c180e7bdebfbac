from django.db import models
from django.utils.translation import gettext_lazy as _

from common.crypto import EncryptedTextField


class TextMessage(models.Model):
    """A text message of the built-in provider: kept instead of sent, for the sandbox phone."""

    phone_hash = models.CharField(max_length=64, db_index=True)
    text = EncryptedTextField()
    sent_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("模拟短信")

    def __str__(self) -> str:
        return f"{self.sent_at:%Y-%m-%d %H:%M}"
