from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """Who did what to what, and when. Written by services, never changed."""

    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+")
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=80, db_index=True, help_text='what it was done to, e.g. "campaign:7K2M"')
    detail = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("操作记录")
        indexes = [models.Index(fields=["-at"], name="audit_newest")]

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class ArchivedAuditEntry(models.Model):
    """An entry that has become old, moved here as it was by `common.archiving`; nothing refers to anything."""

    id = models.BigIntegerField(primary_key=True)
    actor_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=80, db_index=True)
    detail = models.JSONField()
    at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("旧操作记录")

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"
