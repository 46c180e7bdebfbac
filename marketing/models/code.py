from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.ids import new_public_code
from marketing.models.template import CouponTemplate


class CodeBatch(models.Model):
    """So many codes that are good once each, made at once or, when they are many, by a sweep."""

    code = models.CharField(max_length=10, unique=True, default=new_public_code, editable=False)
    template = models.ForeignKey(CouponTemplate, models.PROTECT, related_name="batches")
    quantity = models.PositiveIntegerField(_("数量"))
    made = models.PositiveIntegerField(_("已生成"), default=0)
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(_("提交时间"))
    made_at = models.DateTimeField(_("生成时间"), null=True)

    class Meta:
        verbose_name = verbose_name_plural = _("兑换码批次")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0, made__lte=F("quantity")), name="code_batch_bounded"),
        ]
        indexes = [models.Index(fields=["id"], name="code_batch_waiting", condition=Q(made_at__isnull=True))]

    def __str__(self) -> str:
        return self.code


class CouponCode(models.Model):
    """Letters that somebody types in to get a coupon: one word for many people, or one of a batch, good once."""

    template = models.ForeignKey(CouponTemplate, models.PROTECT, related_name="codes")
    batch = models.ForeignKey(CodeBatch, models.PROTECT, null=True, related_name="codes")
    text = models.CharField(_("兑换码"), max_length=20, unique=True)
    most_uses = models.PositiveIntegerField(_("可用次数"), null=True, help_text="none: as often as there are coupons")
    uses = models.PositiveIntegerField(_("已用次数"), default=0)

    class Meta:
        verbose_name = verbose_name_plural = _("兑换码")
        constraints = [
            models.CheckConstraint(
                condition=Q(most_uses__isnull=True) | Q(uses__lte=F("most_uses")), name="coupon_code_not_worn_out"
            ),
            models.CheckConstraint(
                condition=Q(batch__isnull=True) | Q(most_uses=1), name="coupon_code_of_a_batch_once"
            ),
        ]

    def __str__(self) -> str:
        return self.text
