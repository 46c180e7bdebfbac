from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant


class StaleDay(models.Model):
    """A day of a shop of which something has changed since it was counted; without a shop, of the platform."""

    day = models.DateField(_("日期"))
    merchant = models.ForeignKey(Merchant, models.CASCADE, null=True, related_name="+")
    marked_at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["day", "merchant"], nulls_distinct=False, name="stale_day_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.merchant_id}"


class ClosedDay(models.Model):
    """A day that was over when it was counted as a whole; from then on its facts must equal the tables."""

    day = models.DateField(_("日期"), primary_key=True)
    counted_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("结账的日子")

    def __str__(self) -> str:
        return str(self.day)
