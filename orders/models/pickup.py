from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant, User
from common.ids import new_public_code


class PickupPointQuerySet(models.QuerySet["PickupPoint"]):
    def in_use(self) -> "PickupPointQuerySet":
        return self.filter(is_active=True)


class PickupPoint(models.Model):
    """Where neighbours fetch their goods. Its leader hands them over and earns the commission rate."""

    code = models.CharField(max_length=10, unique=True, default=new_public_code, editable=False)
    merchant = models.ForeignKey(Merchant, models.PROTECT, related_name="pickup_points")
    name = models.CharField(_("名称"), max_length=60)
    address = models.CharField(_("地址"), max_length=120)
    hours = models.CharField(_("自提时间"), max_length=60, blank=True)
    latitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    longitude = models.DecimalField(max_digits=9, decimal_places=6, null=True, blank=True)
    leader = models.ForeignKey(
        User, models.PROTECT, null=True, blank=True, related_name="led_points", verbose_name=_("团长")
    )
    commission_bp = models.PositiveIntegerField(_("佣金（万分比）"), default=0)
    is_active = models.BooleanField(_("启用"), default=True)

    objects = PickupPointQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("自提点")
        constraints = [
            models.UniqueConstraint(fields=["merchant", "name"], name="pickup_point_name_once"),
            models.CheckConstraint(condition=models.Q(commission_bp__lte=10_000), name="pickup_point_rate_sane"),
        ]

    def __str__(self) -> str:
        return self.name
