from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.crypto import EncryptedTextField


class Robot(models.Model):
    """The robot of a chat group at WeCom. Whose it is stands in words that this app does not understand."""

    owner = models.CharField(max_length=60, unique=True, help_text="kind and code, such as merchant:7K2M…")
    url = EncryptedTextField(help_text="with its key: whoever knows it may post")
    kinds = ArrayField(models.CharField(max_length=40), default=list)
    changed_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("群机器人")

    def __str__(self) -> str:
        return self.owner
