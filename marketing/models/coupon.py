from typing import ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.ids import new_public_code
from common.statemachine import Transitions
from marketing.models.template import CouponTemplate
from marketing.states import COUPON_TRANSITIONS, CouponStatus
from orders.models import Order


class Coupon(models.Model):
    """One person's coupon: theirs to use once, in the time that was fixed when they got it.

    `order` is the one that holds it while unpaid, or has used it. That its time is over is a matter of the clock and
    no state.
    """

    transitions: ClassVar[Transitions] = COUPON_TRANSITIONS

    code = models.CharField(max_length=10, unique=True, default=new_public_code, editable=False)
    template = models.ForeignKey(CouponTemplate, models.PROTECT, related_name="coupons")
    user = models.ForeignKey(User, models.PROTECT, related_name="coupons")
    source = models.CharField(max_length=60, help_text='why they have it, e.g. "claim:1", "referral:42"')
    status = models.CharField(
        _("状态"), max_length=10, choices=CouponStatus.choices, default=CouponStatus.CLAIMED, editable=False
    )
    order = models.ForeignKey(Order, models.PROTECT, null=True, related_name="coupons")
    received_at = models.DateTimeField(_("领取时间"))
    valid_from = models.DateTimeField(_("可用开始"))
    valid_until = models.DateTimeField(_("可用截止"))
    used_at = models.DateTimeField(_("使用时间"), null=True)
    returned_at = models.DateTimeField(_("退还时间"), null=True, help_text="when a refund last gave it back")
    reminded_at = models.DateTimeField(null=True, help_text="when its owner was told that it ends soon")

    class Meta:
        verbose_name = verbose_name_plural = _("用户优惠券")
        constraints = [
            models.UniqueConstraint(fields=["template", "user", "source"], name="coupon_once_per_source"),
            models.CheckConstraint(
                condition=Q(status=CouponStatus.CLAIMED, order__isnull=True)
                | (~Q(status=CouponStatus.CLAIMED) & Q(order__isnull=False)),
                name="coupon_taken_by_an_order",
            ),
            models.CheckConstraint(
                condition=Q(status=CouponStatus.USED, used_at__isnull=False)
                | (~Q(status=CouponStatus.USED) & Q(used_at__isnull=True)),
                name="coupon_used_has_time",
            ),
            models.CheckConstraint(condition=Q(valid_from__lt=F("valid_until")), name="coupon_valid_some_time"),
        ]
        indexes = [
            models.Index(fields=["user", "valid_until", "id"], name="coupon_by_its_end"),
            models.Index(fields=["user", "-used_at", "-id"], name="coupon_used", condition=Q(status=CouponStatus.USED)),
            models.Index(
                fields=["valid_until"],
                name="coupon_to_remind",
                condition=Q(status="claimed", reminded_at__isnull=True),
            ),
        ]

    def __str__(self) -> str:
        return self.code


class CouponHolder(models.Model):
    """How many coupons of one template a person has ever had: the row that the limit per person is guarded by."""

    template = models.ForeignKey(CouponTemplate, models.CASCADE, related_name="holders")
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    coupons = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["template", "user"], name="coupon_holder_once")]

    def __str__(self) -> str:
        return f"{self.user_id} × {self.coupons}"
