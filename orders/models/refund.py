from django.db import models
from django.db.models import Q

from orders.models.order import Order, OrderLine
from payments.models import Refund


class RefundLine(models.Model):
    """What part of a refund belongs to which line of an order; without a line it is freight."""

    refund = models.ForeignKey(Refund, models.PROTECT, related_name="order_parts")
    order = models.ForeignKey(Order, models.PROTECT, related_name="refund_lines")
    line = models.ForeignKey(OrderLine, models.PROTECT, null=True, related_name="refund_lines")
    amount_fen = models.PositiveIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["refund", "line"], nulls_distinct=False, name="refund_line_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="refund_line_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.amount_fen}"
