"""Operators: orders and pick-up points, with the people in them masked."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from common.masking import mask_name, mask_phone
from common.money import format_yuan
from common.operators import MoneyWalk, OperatorAdmin, PhoneSearch, ShownInline
from orders.models import Order, OrderLine, PickupPoint, PriceLine

ORDER_LABELS = {
    "pending_payment": "warning",
    "paid": "info",
    "preparing": "info",
    "ready": "primary",
    "received": "success",
    "completed": "success",
    "expired": "danger",
    "cancelled": "danger",
}


class LineInline(ShownInline):
    model = OrderLine
    fields = ("product_name", "specification", "quantity", "unit_price_fen", "final_unit_price_fen", "paid_fen")
    readonly_fields = fields
    ordering = ("pk",)


class PriceLineInline(ShownInline):
    model = PriceLine
    verbose_name = verbose_name_plural = _("价格明细")
    fields = ("position", "code", "amount_fen", "funder")
    readonly_fields = fields
    ordering = ("position",)


@admin.register(Order)
class OrderAdmin(MoneyWalk, PhoneSearch, OperatorAdmin):
    walk_page, walk_by = "walk_order", "number"
    phone_hash_path = "buyer__phone_hash"
    list_display = ("number", "merchant", "buyer", "payable", "shown_status", "placed_at", "paid_at")
    list_filter = ("status",)
    list_select_related = ("merchant", "buyer")
    search_fields = ("number", "source_code", "merchant__name")
    search_help_text = _("订单号、活动编号、商家或买家手机号")
    fields = (
        ("number", "status"),
        ("buyer", "merchant"),
        ("source_code", "cancel_reason"),
        ("pickup_point", "leader"),
        ("shown_recipient", "shown_recipient_phone"),
        ("payable", "goods_fen"),
        ("freight_fen", "freight_refunded_fen"),
        ("placed_at", "pay_by"),
        ("paid_at", "ready_at"),
        ("received_at", "ended_at"),
        "delivery_region",
    )
    readonly_fields = ("payable", "shown_recipient", "shown_recipient_phone")
    inlines = (LineInline, PriceLineInline)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("buyer", "merchant", "pickup_point", "leader")

    @display(description=_("应付"), ordering="payable_fen")
    def payable(self, order: Order) -> str:
        return format_yuan(order.payable_fen)

    @display(description=_("状态"), label=ORDER_LABELS, ordering="status")
    def shown_status(self, order: Order) -> tuple[str, str]:
        return order.status, order.get_status_display()

    @display(description=_("收货人"))
    def shown_recipient(self, order: Order) -> str:
        return mask_name(order.recipient_name)

    @display(description=_("收货人手机"))
    def shown_recipient_phone(self, order: Order) -> str:
        return mask_phone(order.recipient_phone) if order.recipient_phone else ""


@admin.register(PickupPoint)
class PickupPointAdmin(OperatorAdmin):
    list_display = ("name", "merchant", "leader", "commission_bp", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("merchant", "leader")
    search_fields = ("name", "code", "merchant__name")
