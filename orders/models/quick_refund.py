from django.db import models
from django.db.models import Q

from accounts.models import User
from orders.models.order import Order, OrderLine


class QuickRefund(models.Model):
    """A small refund that a buyer asked for and the rule granted at once. One for each order."""

    order = models.OneToOneField(Order, models.PROTECT, related_name="quick_refund")
    line = models.ForeignKey(OrderLine, models.PROTECT, related_name="+")
    buyer = models.ForeignKey(User, models.PROTECT, related_name="quick_refunds")
    pieces = models.PositiveIntegerField()
    amount_fen = models.PositiveIntegerField()
    reason = models.CharField(max_length=200)
    granted_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(amount_fen__gt=0), name="quick_refund_amount_positive")]
        indexes = [models.Index(fields=["buyer", "granted_at"], name="quick_refund_of_buyer")]

    def __str__(self) -> str:
        return f"{self.order} {self.amount_fen}"
