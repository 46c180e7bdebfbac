from django.db import models

from orders.models.order import Order


class Hold(models.Model):
    """Why a paid order does not go on yet, or a received one does not complete. All released: it does."""

    order = models.ForeignKey(Order, models.CASCADE, db_index=False, related_name="holds")
    kind = models.CharField(max_length=20)
    released_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "kind"], name="hold_once_per_kind")]

    def __str__(self) -> str:
        return self.kind
