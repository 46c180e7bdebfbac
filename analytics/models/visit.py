from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant
from campaigns.models import Campaign
from marketing.models import ChannelCode


class Visit(models.Model):
    """That somebody looked at a campaign, or came by a channel code, on a day. Once for each, however often they look.

    Who it was is a keyed hash with the salt of the day. The salt is thrown away when the day is over: then nobody, we
    included, can tell whose rows these were or that those of two days are the same person's.
    """

    day = models.DateField()
    seen_at = models.DateTimeField()
    merchant = models.ForeignKey(Merchant, models.CASCADE, null=True, related_name="+")
    campaign = models.ForeignKey(Campaign, models.CASCADE, null=True, related_name="visits")
    channel = models.ForeignKey(ChannelCode, models.CASCADE, null=True, related_name="visits")
    visitor = models.CharField(max_length=64)
    is_counted = models.BooleanField(db_default=False, help_text="whether its day was marked to be counted again")

    class Meta:
        verbose_name = verbose_name_plural = _("访问")
        constraints = [
            models.UniqueConstraint(
                fields=["day", "campaign", "channel", "visitor"], nulls_distinct=False, name="visit_once_a_day"
            )
        ]
        indexes = [
            models.Index(fields=["seen_at"], name="visit_seen"),
            models.Index(fields=["id"], name="visit_uncounted", condition=Q(is_counted=False)),
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.visitor[:6]}"


class VisitSalt(models.Model):
    """What makes the visitors of one day strangers on the next."""

    day = models.DateField(primary_key=True)
    salt = models.CharField(max_length=64)

    def __str__(self) -> str:
        return str(self.day)
