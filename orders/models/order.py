from typing import ClassVar

from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant, User
from catalog.models import Sku
from common.crypto import EncryptedTextField
from common.ids import DocumentNumber
from common.statemachine import Transitions
from orders.models.pickup import PickupPoint
from orders.states import LIVE, ORDER_TRANSITIONS, CancelReason, OrderStatus

NUMBER_PREFIX = "G"


class OrderQuerySet(models.QuerySet["Order"]):
    def live(self) -> "OrderQuerySet":
        """Orders that hold what they claimed."""
        return self.filter(status__in=LIVE)

    def from_source(self, kind: str, code: str) -> "OrderQuerySet":
        """Orders that one thing of a higher app brought, e.g. a campaign."""
        return self.filter(source_kind=kind, source_code=code)

    def seen_by_buyer(self, user: User) -> "OrderQuerySet":
        return self.filter(buyer=user)


class Order(models.Model):
    """What one person bought of one merchant, at prices that stand from the moment it was placed."""

    transitions: ClassVar[Transitions] = ORDER_TRANSITIONS

    number = models.CharField(_("订单号"), max_length=20, db_default=DocumentNumber(NUMBER_PREFIX), editable=False)
    buyer = models.ForeignKey(User, models.PROTECT, db_index=False, related_name="orders")
    merchant = models.ForeignKey(Merchant, models.PROTECT, db_index=False, related_name="orders")
    source_kind = models.CharField(max_length=20, blank=True, help_text='what brought it, e.g. "campaign"; opaque here')
    source_code = models.CharField(max_length=20, blank=True)
    status = models.CharField(
        _("状态"), max_length=20, choices=OrderStatus.choices, default=OrderStatus.PENDING_PAYMENT, editable=False
    )
    cancel_reason = models.CharField(_("取消原因"), max_length=10, choices=CancelReason.choices, blank=True)

    pickup_point = models.ForeignKey(PickupPoint, models.PROTECT, null=True, db_index=False, related_name="orders")
    leader = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", help_text="frozen from the point")
    leader_rate_bp = models.PositiveIntegerField(default=0, help_text="frozen from the point")
    # A default of the database's: what the INSERT reads from the merchant comes back with the new id.
    platform_fee_bp = models.PositiveIntegerField(
        _("平台服务费（万分比）"), db_default=0, help_text="frozen from the merchant"
    )
    pickup_code = models.CharField(_("取货码"), max_length=8, blank=True)
    recipient_name = EncryptedTextField(blank=True)
    recipient_phone = EncryptedTextField(blank=True)
    delivery_region = models.CharField(max_length=60, blank=True)
    delivery_detail = EncryptedTextField(blank=True)

    goods_fen = models.PositiveIntegerField(help_text="the goods after every price rule but freight")
    freight_fen = models.PositiveIntegerField(default=0)
    payable_fen = models.PositiveIntegerField(_("应付（分）"), help_text="goods and freight")
    freight_refunded_fen = models.PositiveIntegerField(default=0)

    placed_at = models.DateTimeField(_("下单时间"))
    pay_by = models.DateTimeField(_("付款截止"))
    paid_at = models.DateTimeField(_("付款时间"), null=True, help_text="by the gateway's clock")
    ready_at = models.DateTimeField(_("到货时间"), null=True)
    received_at = models.DateTimeField(_("取货时间"), null=True)
    ended_at = models.DateTimeField(_("结束时间"), null=True, help_text="when it expired or was cancelled")
    completes_at = models.DateTimeField(_("售后截止"), null=True, help_text="set when it is received: the window's end")
    completed_at = models.DateTimeField(_("完成时间"), null=True)

    objects = OrderQuerySet.as_manager()

    class Meta:
        verbose_name = verbose_name_plural = _("订单")
        constraints = [
            # Not unique=True, which keeps a second index for patterns that nobody asks for.
            models.UniqueConstraint(fields=["number"], name="order_number_unique"),
            models.CheckConstraint(
                condition=Q(payable_fen=F("goods_fen") + F("freight_fen")), name="order_payable_adds_up"
            ),
            models.CheckConstraint(
                condition=Q(freight_refunded_fen__lte=F("freight_fen")), name="order_freight_refund_bounded"
            ),
            models.UniqueConstraint(
                fields=["merchant", "pickup_code"],
                condition=Q(status="ready") & ~Q(pickup_code=""),
                name="order_pickup_code_unique",
            ),
        ]
        indexes = [
            models.Index(fields=["buyer", "-id"], name="order_of_buyer"),
            models.Index(fields=["merchant", "status", "-id"], name="order_of_merchant"),
            # Everything that is asked of the sales of a day, so that the rows themselves are not read.
            models.Index(fields=["merchant", "paid_at"], include=["id", "payable_fen"], name="order_paid"),
            # Rows lie in the order they were placed in: next to nothing to keep up, and a day is found at once.
            BrinIndex(fields=["placed_at"], autosummarize=True, name="order_placed"),
            models.Index(fields=["source_kind", "source_code", "status", "id"], name="order_of_source"),
            models.Index(fields=["pay_by"], name="order_unpaid", condition=Q(status="pending_payment")),
            models.Index(fields=["completes_at"], name="order_completing", condition=Q(status="received")),
            models.Index(fields=["merchant", "completes_at", "id"], name="order_held", condition=Q(status="received")),
            models.Index(fields=["merchant", "completed_at"], name="order_completed", condition=Q(status="completed")),
            models.Index(fields=["pickup_point", "status"], name="order_of_point"),
            models.Index(fields=["pickup_code"], name="order_pickup_code", condition=~Q(pickup_code="")),
        ]

    def __str__(self) -> str:
        return self.number


class OrderLine(models.Model):
    """Pieces of one SKU in an order, with everything about them that later money needs, frozen."""

    order = models.ForeignKey(Order, models.CASCADE, db_index=False, related_name="lines")
    sku = models.ForeignKey(Sku, models.PROTECT, related_name="order_lines")
    product_name = models.CharField(max_length=100)
    specification = models.CharField(max_length=100, blank=True)
    quantity = models.PositiveIntegerField()
    unit_price_fen = models.PositiveIntegerField(help_text="the unit price charged, before discounts on the order")
    final_unit_price_fen = models.PositiveIntegerField(null=True, help_text="set when the source settles")
    paid_fen = models.PositiveIntegerField(help_text="what the buyer pays for this line, all discounts taken off")
    refunded_fen = models.PositiveIntegerField(default=0, help_text="of paid_fen, what refunds have taken back")
    no_reason_return = models.BooleanField(default=False)
    return_days = models.PositiveSmallIntegerField(default=0)
    is_gift = models.BooleanField(_("赠品"), db_default=False, default=False, help_text="given with what was bought")

    class Meta:
        verbose_name = verbose_name_plural = _("订单行")
        constraints = [
            models.UniqueConstraint(
                fields=["order", "sku", "is_gift"], include=["quantity"], name="order_line_once_per_sku"
            ),
            models.CheckConstraint(
                condition=Q(is_gift=False) | Q(unit_price_fen=0, paid_fen=0), name="order_line_gift_for_nothing"
            ),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="order_line_quantity_positive"),
            models.CheckConstraint(condition=Q(refunded_fen__lte=F("paid_fen")), name="order_line_refund_bounded"),
            models.CheckConstraint(
                condition=Q(final_unit_price_fen__isnull=True) | Q(final_unit_price_fen__lte=F("unit_price_fen")),
                name="order_line_price_never_raised",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.product_name} × {self.quantity}"


class PriceLine(models.Model):
    """One explained step from list price to what is paid. The lines of an order add up to what is payable."""

    order = models.ForeignKey(Order, models.CASCADE, db_index=False, related_name="price_lines")
    line = models.ForeignKey(OrderLine, models.CASCADE, null=True, related_name="price_lines")
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=30, help_text='which rule said it, e.g. "list_price", "campaign_price"')
    amount_fen = models.IntegerField()
    funder = models.CharField(max_length=10, choices=[("merchant", "merchant"), ("platform", "platform")])
    detail = models.JSONField(default=dict, help_text="the numbers the sentence needs")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["order", "position"], name="price_line_position")]

    def __str__(self) -> str:
        return f"{self.code} {self.amount_fen}"
