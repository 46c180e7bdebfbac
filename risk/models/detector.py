from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from risk.states import Action


class Detector(models.Model):
    """How one method of `risk.detectors` is set. Without a row, or for a parameter it does not name, defaults hold."""

    key = models.CharField(_("编号"), max_length=40, unique=True, editable=False)
    is_on = models.BooleanField(_("启用"), default=True)
    action = models.CharField(_("发现以后"), max_length=10, choices=Action.choices, default=Action.FLAG)
    parameters = models.JSONField(
        _("参数"), default=dict, blank=True, help_text='what differs from the defaults: {"…": n}'
    )
    changed_at = models.DateTimeField(_("修改时间"), null=True, editable=False)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("检测规则")

    def __str__(self) -> str:
        return self.key
