from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Sku


class Allotment(models.Model):
    """Pieces of one SKU set aside for one purpose, for example a campaign: the hot row of joining.

    quantity = free + reserved + sold. `is_open` is the gate every reservation passes in the same statement that takes
    its pieces, so that closing it is the last moment of selling. Counters carry no index, so that updates stay HOT.
    """

    sku = models.ForeignKey(Sku, models.PROTECT, related_name="allotments")
    purpose = models.CharField(max_length=40, help_text='what it is set aside for, e.g. "campaign:7K2M"')
    quantity = models.PositiveIntegerField()
    reserved = models.PositiveIntegerField(default=0)
    sold = models.PositiveIntegerField(default=0)
    is_open = models.BooleanField(default=True)
    returned_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("活动库存")
        constraints = [
            models.UniqueConstraint(fields=["purpose", "sku"], name="allotment_once"),
            models.CheckConstraint(
                condition=Q(quantity__gte=F("reserved") + F("sold")), name="allotment_never_oversold"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.sku_id}"

    @property
    def free(self) -> int:
        """Pieces nobody has taken yet."""
        return self.quantity - self.reserved - self.sold
