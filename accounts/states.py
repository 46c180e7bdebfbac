"""The life of a merchant."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class MerchantStatus(models.TextChoices):
    APPLIED = "applied", _("待审核")
    APPROVED = "approved", _("已通过")
    REJECTED = "rejected", _("未通过")
    SUSPENDED = "suspended", _("已停用")


MERCHANT_TRANSITIONS = {
    MerchantStatus.APPLIED: frozenset({MerchantStatus.APPROVED, MerchantStatus.REJECTED}),
    MerchantStatus.REJECTED: frozenset({MerchantStatus.APPLIED}),
    MerchantStatus.APPROVED: frozenset({MerchantStatus.SUSPENDED}),
    MerchantStatus.SUSPENDED: frozenset({MerchantStatus.APPROVED}),
}

IN_BUSINESS = (MerchantStatus.APPROVED, MerchantStatus.SUSPENDED)


class StaffRole(models.TextChoices):
    OWNER = "owner", _("店主")
    MANAGER = "manager", _("店长")
    WAREHOUSE = "warehouse", _("仓库")
    SUPPORT = "support", _("客服")
    FINANCE = "finance", _("财务")
