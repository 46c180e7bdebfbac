from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Alert(models.Model):
    """Something is wrong that a person has to look into. Open once per kind and subject, for as long as it stands."""

    kind = models.CharField(max_length=40)
    subject = models.CharField(max_length=80, help_text='what it is about, e.g. "campaign:7K2M"')
    sentence = models.CharField(_("说明"), max_length=300)
    detail = models.JSONField(default=dict, help_text="ids, numbers and amounts, never personal data")
    first_seen_at = models.DateTimeField(_("首次发现"))
    last_seen_at = models.DateTimeField(_("最近一次"))
    times = models.PositiveIntegerField(_("出现次数"), default=1)
    closed_at = models.DateTimeField(_("关闭时间"), null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("关闭人"), null=True, blank=True, related_name="+"
    )
    note = models.CharField(_("处理说明"), max_length=200, blank=True)

    class Meta:
        verbose_name = verbose_name_plural = _("告警")
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "subject"], name="alert_open_once", condition=models.Q(closed_at__isnull=True)
            ),
            models.CheckConstraint(
                name="alert_closed_by_somebody_is_closed",
                condition=models.Q(closed_by__isnull=True) | models.Q(closed_at__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["first_seen_at"], name="alert_open", condition=models.Q(closed_at__isnull=True)),
            models.Index(fields=["closed_at"], name="alert_age", condition=models.Q(closed_at__isnull=False)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"
