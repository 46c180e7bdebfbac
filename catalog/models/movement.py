from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from catalog.models.product import Sku
from catalog.states import MovementKind


class Movement(models.Model):
    """One line of the journal of a SKU: what changed, by how much, because of what."""

    sku = models.ForeignKey(Sku, models.PROTECT, db_index=False, related_name="+")
    kind = models.CharField(max_length=10, choices=MovementKind.choices)
    quantity = models.PositiveIntegerField(help_text="pieces moved")
    available_delta = models.IntegerField(default=0)
    allotted_delta = models.IntegerField(default=0)
    sold_delta = models.IntegerField(default=0)
    reserved_delta = models.IntegerField(default=0, help_text="on the allotment's counter")
    allotment = models.ForeignKey("catalog.Allotment", models.PROTECT, null=True, related_name="+")
    document = models.CharField(max_length=40, help_text="the order, campaign or stock-taking it belongs to")
    reason = models.CharField(max_length=200, blank=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, null=True, db_index=False, related_name="+")
    at = models.DateTimeField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.kind} {self.quantity}"


class StockMovement(Movement):
    """A movement at hand: where every new one is written, and what another one may still have to end."""

    class Meta:
        verbose_name = verbose_name_plural = _("库存流水")
        constraints = [
            models.UniqueConstraint(
                fields=["sku", "document", "kind", "allotment"],
                condition=Q(kind__in=["allot", "return", "reserve", "release", "commit"]),
                name="movement_once_per_document",
            )
        ]
        indexes = [models.Index(fields=["sku", "-id"], name="movement_newest")]


class ArchivedStockMovement(Movement):
    """A movement of an allotment that is long over, moved here as it was by `common.archiving`."""

    id = models.BigIntegerField(primary_key=True)

    class Meta:
        verbose_name = verbose_name_plural = _("旧库存流水")
        constraints = [
            models.UniqueConstraint(
                fields=["sku", "document", "kind", "allotment"], name="archived_movement_once_per_document"
            )
        ]
        indexes = [models.Index(fields=["sku", "-id"], name="archived_movement_newest")]


class JournalLine(Movement):
    """A movement wherever it stands, to be read: the whole journal, see `catalog/sql/journal.sql`."""

    id = models.BigIntegerField(primary_key=True)

    class Meta:
        managed = False
        db_table = "catalog_journal"
        verbose_name = verbose_name_plural = _("库存流水")
