from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant
from analytics.metrics import METRICS, Unit
from campaigns.models import Campaign
from marketing.models import ChannelCode


def counted(key: str) -> models.PositiveIntegerField | models.PositiveBigIntegerField:
    """A column for a number of `analytics.metrics`, by its name; what is no money is narrow, for pages and indexes."""
    metric = METRICS[key]
    kind = models.PositiveBigIntegerField if metric.unit == Unit.MONEY else models.PositiveIntegerField
    return kind(metric.name, default=0)  # type: ignore[arg-type]


# What every day of anybody has.
NUMBERS = (
    "visitors",
    "placed",
    "joiners",
    "orders",
    "paid_fen",
    "pieces",
    "buyers",
    "new_customers",
    "refunds",
    "refunded_fen",
    "returned_fen",
    "benefit_orders",
    "benefit_paid_fen",
    "merchant_benefit_fen",
    "platform_benefit_fen",
)


class DayFact(models.Model):
    """What one day brought to somebody; what each column means stands in `analytics.metrics`.

    A row is nothing but what the tables say of its day, counted again whenever something of that day changed.
    """

    day = models.DateField(_("日期"))
    visitors = counted("visitors")
    placed = counted("placed")
    joiners = counted("joiners")
    orders = counted("orders")
    paid_fen = counted("paid_fen")
    pieces = counted("pieces")
    buyers = counted("buyers")
    new_customers = counted("new_customers")
    refunds = counted("refunds")
    refunded_fen = counted("refunded_fen")
    returned_fen = counted("returned_fen")
    benefit_orders = counted("benefit_orders")
    benefit_paid_fen = counted("benefit_paid_fen")
    merchant_benefit_fen = counted("merchant_benefit_fen")
    platform_benefit_fen = counted("platform_benefit_fen")

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.day} {self.orders}"


class MerchantDay(DayFact):
    """A day of a shop. The platform's day is the sum of them."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="days")
    decided = counted("decided")
    succeeded = counted("succeeded")

    class Meta:
        verbose_name = verbose_name_plural = _("商家日报")
        constraints = [
            # The days of all shops lie together; those of one are read out of its index.
            models.UniqueConstraint(
                fields=["merchant", "day"],
                include=[*NUMBERS, "decided", "succeeded"],
                name="merchant_day_once",
            )
        ]
        indexes = [models.Index(fields=["day"], name="merchant_day")]


class MerchantCourse(models.Model):
    """How a day of a shop went that is closed: by hour what it had brought before that hour, by the name of the number.

    A day that is not over is compared with it. Where it is missing the tables are counted.
    """

    merchant = models.ForeignKey(Merchant, models.CASCADE, db_index=False, related_name="+")
    day = models.DateField()
    hours = models.JSONField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merchant", "day"], name="merchant_course_once")]

    def __str__(self) -> str:
        return f"{self.day} {self.merchant_id}"


class CampaignDay(DayFact):
    """A day of a campaign."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="days")
    merchant = models.ForeignKey(Merchant, models.CASCADE, db_index=False, related_name="+")

    class Meta:
        verbose_name = verbose_name_plural = _("团购日报")
        constraints = [models.UniqueConstraint(fields=["campaign", "day"], name="campaign_day_once")]
        indexes = [
            models.Index(fields=["day"], name="campaign_day"),
            # Which of very many campaigns brought most is answered without reading their rows.
            models.Index(
                fields=["merchant", "day"],
                include=["visitors", "campaign", "paid_fen", "refunded_fen", "joiners", "buyers"],
                name="campaign_day_of_merchant",
            ),
        ]


class ChannelDay(DayFact):
    """A day of a channel code."""

    channel = models.ForeignKey(ChannelCode, models.CASCADE, related_name="days")
    newcomers = counted("newcomers")

    class Meta:
        verbose_name = verbose_name_plural = _("渠道日报")
        constraints = [models.UniqueConstraint(fields=["channel", "day"], name="channel_day_once")]
        indexes = [models.Index(fields=["day"], name="channel_day")]
