from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from notifications.states import ChannelName
from notifications.topics import Topic


class MessageKind(models.Model):
    """What operators said about one kind of message; what is empty is as the house has it."""

    kind = models.CharField(_("类型"), max_length=40, unique=True)
    topic = models.CharField(_("主题"), max_length=10, choices=Topic.choices, blank=True)
    channels = ArrayField(models.CharField(max_length=10, choices=ChannelName.choices), null=True, blank=True)
    urgent = models.BooleanField(_("夜里也发"), null=True, blank=True)
    texts = models.JSONField(default=dict, blank=True, help_text="template by language: first line title, rest body")
    changed_at = models.DateTimeField(_("修改时间"), null=True, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("消息模板")

    def __str__(self) -> str:
        return self.kind
