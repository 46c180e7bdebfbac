"""The life of a merchant."""

from django.db import models


class MerchantStatus(models.TextChoices):
    APPLIED = "applied", "待审核"
    APPROVED = "approved", "已通过"
    REJECTED = "rejected", "未通过"
    SUSPENDED = "suspended", "已停用"


MERCHANT_TRANSITIONS = {
    MerchantStatus.APPLIED: frozenset({MerchantStatus.APPROVED, MerchantStatus.REJECTED}),
    MerchantStatus.REJECTED: frozenset({MerchantStatus.APPLIED}),
    MerchantStatus.APPROVED: frozenset({MerchantStatus.SUSPENDED}),
    MerchantStatus.SUSPENDED: frozenset({MerchantStatus.APPROVED}),
}

IN_BUSINESS = (MerchantStatus.APPROVED, MerchantStatus.SUSPENDED)


class StaffRole(models.TextChoices):
    OWNER = "owner", "店主"
    MANAGER = "manager", "店长"
    WAREHOUSE = "warehouse", "仓库"
    SUPPORT = "support", "客服"
    FINANCE = "finance", "财务"
