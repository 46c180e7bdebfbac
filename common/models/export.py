from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from common.crypto import EncryptedTextField
from common.ids import new_public_code
from common.storage import private_storage


class ExportJob(models.Model):
    """A list or report that somebody wants as a file, kept until it expires. Moved by `common.exports`."""

    class Status(models.TextChoices):
        QUEUED = "queued", _("排队中")
        RUNNING = "running", _("正在导出")
        DONE = "done", _("可以下载")
        FAILED = "failed", _("没导出来")
        EXPIRED = "expired", _("已过期")

    class Format(models.TextChoices):
        XLSX = "xlsx", "Excel"
        CSV = "csv", "CSV"

    code = models.CharField(max_length=10, unique=True, default=new_public_code, editable=False)
    report = models.CharField(max_length=80, help_text='which one, e.g. "shop.orders"')
    scope = models.CharField(max_length=20, blank=True, help_text="whose rows; opaque here, empty for all of them")
    query = EncryptedTextField(
        blank=True, help_text="what narrows it, as in the list's address; somebody may have looked for a phone number"
    )
    format = models.CharField(max_length=4, choices=Format.choices)
    language = models.CharField(max_length=10)
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    requested_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=Status.choices)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True, help_text="while it runs: it is somebody else's turn afterwards")
    rows_done = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(null=True)
    file = models.FileField(storage=private_storage, upload_to="exports", blank=True)
    error = models.CharField(max_length=40, blank=True, help_text="why it failed, as a code")
    done_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("导出")
        constraints = [
            models.CheckConstraint(
                name="export_done_has_file",
                condition=~Q(status="done") | (~Q(file="") & Q(done_at__isnull=False, expires_at__isnull=False)),
            ),
            models.CheckConstraint(
                name="export_running_has_lease", condition=~Q(status="running") | Q(lease_until__isnull=False)
            ),
        ]
        indexes = [
            models.Index(fields=["requested_at"], name="export_due", condition=Q(status__in=["queued", "running"])),
            models.Index(fields=["scope", "-id"], name="export_of_scope"),
            models.Index(fields=["expires_at"], name="export_expiring", condition=Q(status="done")),
        ]

    def __str__(self) -> str:
        return f"{self.report} {self.code}"
