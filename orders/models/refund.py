from django.db import models
from django.db.models import Q

from accounts.models import Merchant
from orders.models.order import Order, OrderLine
from payments.models import Refund
from payments.states import RefundKind


class RefundLine(models.Model):
    """What part of a refund belongs to which line of an order; without a line it is freight.

    Whose it is, its kind and when it was asked for stand here as in its order and its refund, where they never change:
    so one index has all that is asked of what went back of a shop.
    """

    refund = models.ForeignKey(Refund, models.PROTECT, related_name="order_parts")
    order = models.ForeignKey(Order, models.PROTECT, related_name="refund_lines")
    line = models.ForeignKey(OrderLine, models.PROTECT, null=True, related_name="refund_lines")
    amount_fen = models.PositiveIntegerField()
    merchant = models.ForeignKey(Merchant, models.PROTECT, db_index=False, related_name="+")
    kind = models.CharField(max_length=20, choices=RefundKind.choices)
    requested_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["refund", "line"], nulls_distinct=False, name="refund_line_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="refund_line_positive"),
        ]
        indexes = [
            models.Index(
                fields=["merchant", "requested_at"],
                include=["kind", "amount_fen", "refund", "order"],
                name="refund_line_of_merchant",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.amount_fen}"
