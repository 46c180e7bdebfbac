from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant, User
from campaigns.models import Campaign
from common.ids import new_public_code
from marketing.states import ChannelKind
from orders.models import Order

LONGEST_NAME = 40


class ChannelCodeQuerySet(models.QuerySet["ChannelCode"]):
    def in_use(self) -> "ChannelCodeQuerySet":
        return self.filter(retired_at__isnull=True)


class ChannelCode(models.Model):
    """An address with a QR code of its own for one way in: who came by it, and what came of that, is counted."""

    code = models.CharField(max_length=10, unique=True, default=new_public_code, editable=False)
    merchant = models.ForeignKey(
        Merchant, models.PROTECT, null=True, blank=True, related_name="channel_codes", verbose_name=_("商家")
    )
    name = models.CharField(_("名称"), max_length=LONGEST_NAME)
    kind = models.CharField(_("渠道"), max_length=10, choices=ChannelKind.choices)
    campaign = models.ForeignKey(
        Campaign,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="channel_codes",
        verbose_name=_("打开哪个团"),
        help_text=_("不选就打开首页"),
    )
    made_at = models.DateTimeField(_("创建时间"), editable=False)
    retired_at = models.DateTimeField(_("停用于"), null=True, blank=True, editable=False)

    objects = ChannelCodeQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("渠道码")
        constraints = [
            models.UniqueConstraint(fields=["merchant", "name"], nulls_distinct=False, name="channel_code_name_once")
        ]

    def __str__(self) -> str:
        return self.name


class ChannelArrival(models.Model):
    """By which code somebody came: the first one they had opened when they registered. Never changed."""

    user = models.OneToOneField(User, models.CASCADE, primary_key=True, related_name="channel_arrival")
    channel = models.ForeignKey(ChannelCode, models.PROTECT, related_name="arrivals")
    arrived_at = models.DateTimeField()

    class Meta:
        verbose_name = verbose_name_plural = _("渠道带来的新人")

    def __str__(self) -> str:
        return f"{self.user_id} ← {self.channel_id}"


class ChannelOrder(models.Model):
    """An order whose buyer had come by a code: the first one they opened that leads to its seller."""

    order = models.OneToOneField(Order, models.CASCADE, primary_key=True, related_name="channel_order")
    channel = models.ForeignKey(ChannelCode, models.PROTECT, related_name="orders")

    class Meta:
        verbose_name = verbose_name_plural = _("渠道带来的订单")

    def __str__(self) -> str:
        return f"{self.order_id} ← {self.channel_id}"
