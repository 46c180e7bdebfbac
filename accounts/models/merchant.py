from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models.user import User
from accounts.states import IN_BUSINESS, MERCHANT_TRANSITIONS, MerchantStatus, StaffRole
from common.crypto import EncryptedTextField
from common.ids import new_public_code
from common.statemachine import Transitions
from common.storage import private_storage


class MerchantQuerySet(models.QuerySet["Merchant"]):
    def approved(self) -> "MerchantQuerySet":
        return self.filter(status=MerchantStatus.APPROVED)

    def in_business(self) -> "MerchantQuerySet":
        """Those whose back office is open: a suspended one still hands over and refunds what it has sold."""
        return self.filter(status__in=IN_BUSINESS)

    def of(self, user: User) -> "MerchantQuerySet":
        """The merchants this person works for."""
        return self.filter(staff__user=user)


class Merchant(models.Model):
    """A seller. Applies with a licence, is approved by an operator, then its back office opens."""

    transitions: ClassVar[Transitions] = MERCHANT_TRANSITIONS

    code = models.CharField(max_length=10, unique=True, default=new_public_code, editable=False)
    name = models.CharField(_("店名"), max_length=60)
    status = models.CharField(
        _("状态"), max_length=10, choices=MerchantStatus.choices, default=MerchantStatus.APPLIED, editable=False
    )
    trusted = models.BooleanField(_("免审"), default=False, help_text=_("它的团购活动不经审核直接开团"))
    contact_name = EncryptedTextField(_("联系人"))
    contact_phone = EncryptedTextField(_("联系电话"))
    platform_fee_bp = models.PositiveIntegerField(_("平台服务费（万分比）"), default=0)
    introduction = models.CharField(_("店铺介绍"), max_length=200, blank=True)
    service_phone = models.CharField(_("客服电话"), max_length=20, blank=True, help_text="shown to buyers")
    service_hours = models.CharField(_("客服时间"), max_length=60, blank=True)
    licence_number = models.CharField(_("统一社会信用代码"), max_length=18, blank=True)
    licence = models.FileField(_("营业执照"), storage=private_storage, upload_to="licences", blank=True)
    decision_note = models.CharField(_("审核意见"), max_length=200, blank=True)
    applied_at = models.DateTimeField(_("申请时间"))
    decided_at = models.DateTimeField(_("审核时间"), null=True, blank=True)

    objects = MerchantQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("商家")
        constraints = [
            models.CheckConstraint(condition=models.Q(platform_fee_bp__lte=10_000), name="merchant_fee_sane"),
        ]
        indexes = [models.Index(fields=["status", "applied_at"], name="merchant_queue")]

    def __str__(self) -> str:
        return self.name

    @property
    def may_sell(self) -> bool:
        """Whether it may put goods on the shelf and open campaigns."""
        return self.status == MerchantStatus.APPROVED


class StaffMember(models.Model):
    """A person who works for a merchant, in one role."""

    merchant = models.ForeignKey(Merchant, models.CASCADE, related_name="staff")
    user = models.ForeignKey(User, models.CASCADE, related_name="staff_roles")
    role = models.CharField(_("角色"), max_length=10, choices=StaffRole.choices)
    since = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = verbose_name_plural = _("店员")
        constraints = [models.UniqueConstraint(fields=["merchant", "user"], name="staff_once_per_merchant")]

    def __str__(self) -> str:
        return f"{self.user} @ {self.merchant}"
