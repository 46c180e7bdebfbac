from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaigns.models.campaign import Campaign
from catalog.models import Allotment, Sku


class CampaignSku(models.Model):
    """A SKU on offer in a campaign, with the pieces set aside for it."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="skus")
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="campaign_skus")
    position = models.PositiveSmallIntegerField(default=0)
    quantity = models.PositiveIntegerField(_("划给活动的件数"), help_text="how many pieces opening sets aside")
    early_bird_price_fen = models.PositiveIntegerField(_("早鸟价（分）"), null=True, blank=True)
    allotment = models.OneToOneField(Allotment, models.PROTECT, null=True, related_name="+", editable=False)

    class Meta:
        verbose_name = verbose_name_plural = _("活动商品")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "sku"], name="campaign_sku_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="campaign_sku_quantity_positive"),
        ]

    def __str__(self) -> str:
        return str(self.sku)


class Tier(models.Model):
    """One step of the ladder: from this count on, its prices hold. Shared by all SKUs of the campaign."""

    campaign = models.ForeignKey(Campaign, models.CASCADE, related_name="tiers")
    threshold = models.PositiveIntegerField(_("达到"), help_text="in units of the campaign's basis")

    class Meta:
        verbose_name = verbose_name_plural = _("阶梯")
        constraints = [
            models.UniqueConstraint(fields=["campaign", "threshold"], name="tier_threshold_once"),
            models.CheckConstraint(condition=Q(threshold__gte=1), name="tier_threshold_positive"),
        ]

    def __str__(self) -> str:
        return str(self.threshold)


class TierPrice(models.Model):
    """The unit price of one SKU on one step."""

    tier = models.ForeignKey(Tier, models.CASCADE, related_name="prices")
    campaign_sku = models.ForeignKey(CampaignSku, models.CASCADE, related_name="tier_prices")
    unit_price_fen = models.PositiveIntegerField(_("单价（分）"))

    class Meta:
        verbose_name = verbose_name_plural = _("阶梯价")
        constraints = [
            models.UniqueConstraint(fields=["tier", "campaign_sku"], name="tier_price_once"),
            models.CheckConstraint(condition=Q(unit_price_fen__gt=0), name="tier_price_positive"),
        ]

    def __str__(self) -> str:
        return str(self.unit_price_fen)
