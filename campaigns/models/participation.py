from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from campaigns.models.campaign import Campaign
from campaigns.models.tier import Tier
from orders.models import Order


class Participant(models.Model):
    """One person in one campaign: the row that keeps the limit per person and makes people distinct."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, db_index=False, related_name="participants")
    user = models.ForeignKey(User, models.PROTECT, related_name="participations")
    live_pieces = models.PositiveIntegerField(default=0, help_text="over all SKUs and live orders")
    live_orders = models.PositiveIntegerField(default=0)
    paid_orders = models.PositiveIntegerField(default=0)
    joined_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("参团人")
        constraints = [models.UniqueConstraint(fields=["campaign", "user"], name="participant_once")]

    def __str__(self) -> str:
        return f"{self.user_id} × {self.live_pieces}"


class CampaignOrder(models.Model):
    """What a campaign knows of one of its orders."""

    order = models.OneToOneField(Order, models.CASCADE, primary_key=True, related_name="campaign_order")
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="campaign_orders")
    pieces = models.PositiveIntegerField()
    early_bird = models.BooleanField(default=False)
    counted_at = models.DateTimeField(null=True, help_text="when its payment entered the count")
    left_at = models.DateTimeField(null=True, help_text="when the buyer left, taking it out of the count")
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("活动订单")
        indexes = [
            models.Index(
                fields=["campaign", "order"],
                name="campaign_order_unsettled",
                condition=models.Q(settled_at__isnull=True),
            )
        ]

    def __str__(self) -> str:
        return str(self.order_id)


class TierReached(models.Model):
    """That a campaign reached a step, told once however often the count passes it."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="tiers_reached")
    tier = models.OneToOneField(Tier, models.CASCADE)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.tier}"
