from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Message(models.Model):
    """One message to one person, stored as it was worded then. Not shown, it still says that they were told."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=40)
    about = models.CharField(max_length=80, help_text="what it is about; one message per kind, subject and person")
    title = models.CharField(max_length=120)
    body = models.TextField(blank=True)
    url = models.CharField(max_length=200, blank=True, help_text="where it leads, a path of this site")
    sent_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)
    is_shown = models.BooleanField(default=True, db_default=True, help_text="false where its topic is off in the inbox")

    class Meta:
        verbose_name = verbose_name_plural = _("站内消息")
        constraints = [models.UniqueConstraint(fields=["recipient", "kind", "about"], name="message_told_once")]
        indexes = [
            models.Index(fields=["recipient", "-id"], name="message_inbox"),
            models.Index(fields=["recipient"], name="message_unread", condition=models.Q(read_at__isnull=True)),
        ]

    def __str__(self) -> str:
        return self.title
