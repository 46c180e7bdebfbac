from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class Transition(models.Model):
    """One step in the life of a thing with states: the timeline of every order, campaign, payment and refund."""

    entity = models.CharField(max_length=40, help_text='the model, e.g. "orders.order"')
    object_id = models.BigIntegerField()
    from_state = models.CharField(max_length=20, blank=True)
    to_state = models.CharField(max_length=20)
    reason = models.CharField(max_length=200, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+")
    at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("状态变更")
        indexes = [models.Index(fields=["entity", "object_id", "id"], name="transition_timeline")]

    def __str__(self) -> str:
        return f"{self.entity} {self.object_id}: {self.from_state} → {self.to_state}"
