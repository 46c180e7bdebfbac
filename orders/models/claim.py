from django.db import models
from django.db.models import Q

from orders.models.order import Order


class OrderClaim(models.Model):
    """Something scarce an order took, to be given back once when the order ends unpaid or is cancelled."""

    order = models.ForeignKey(Order, models.CASCADE, db_index=False, related_name="claims")
    kind = models.CharField(max_length=20, help_text="the registered name of its keeper")
    key = models.CharField(max_length=40, help_text="which one, in the keeper's own words")
    quantity = models.PositiveIntegerField()
    given_back_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["order", "kind", "key"], name="claim_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="claim_quantity_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key} × {self.quantity}"
