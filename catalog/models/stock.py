from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Sku


class Stock(models.Model):
    """How many pieces of a SKU there are, and where they stand. Changed by guarded UPDATEs only.

    `available` lies on the shelf, `allotted` is set aside for campaigns (see Allotment), `sold` has been sold for
    good; their sum changes by adjustments alone.
    """

    sku = models.OneToOneField(Sku, models.CASCADE, primary_key=True)
    available = models.IntegerField(_("可用"), default=0)
    allotted = models.IntegerField(_("已划给活动"), default=0)
    sold = models.IntegerField(_("已售"), default=0)
    adjusted = models.IntegerField(_("入库合计"), default=0, help_text="the sum of all adjustments")
    alert_threshold = models.PositiveIntegerField(_("预警线"), default=0, help_text="0 means never alert")
    low_since = models.DateTimeField(
        _("低于预警线起"), null=True, help_text="set at the crossing, cleared when refilled"
    )

    class Meta:
        verbose_name = verbose_name_plural = _("库存")
        constraints = [
            models.CheckConstraint(
                condition=Q(available__gte=0, allotted__gte=0, sold__gte=0), name="stock_never_negative"
            ),
            models.CheckConstraint(
                condition=Q(adjusted=F("available") + F("allotted") + F("sold")), name="stock_conserved"
            ),
        ]
        indexes = [models.Index(fields=["sku"], name="stock_low", condition=Q(low_since__isnull=False))]

    def __str__(self) -> str:
        return f"{self.sku_id}: {self.available}"
