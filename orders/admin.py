"""Operators: orders and pick-up points, with the people in them masked."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from unfold.decorators import display

from common.decisions import Note, decision
from common.masking import mask_name, mask_phone
from common.money import format_yuan
from common.operators import MoneyWalk, OperatorAdmin, PhoneSearch, ShownInline
from orders.models import Hold, Order, OrderLine, PickupPoint, PriceLine
from orders.services import holding
from orders.states import FREEZABLE

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
        ("completes_at", "completed_at"),
        ("platform_fee_bp", "leader_rate_bp"),
        "frozen",
        "delivery_region",
    )
    readonly_fields = ("payable", "shown_recipient", "shown_recipient_phone", "frozen")
    inlines = (LineInline, PriceLineInline)
    actions_detail = ("freeze", "unfreeze")

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

    @display(description=_("结算冻结"), boolean=True)
    def frozen(self, order: Order) -> bool:
        """By an operator here, or from a case."""
        return Hold.objects.filter(order=order, kind__startswith=holding.FREEZE, released_at__isnull=True).exists()

    def has_freeze_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        may = self.has_act_permission(request) and self.state_of(object_id) in FREEZABLE
        return may and not self._is_frozen(object_id)

    def has_unfreeze_permission(self, request: HttpRequest, object_id: Any = None) -> bool:
        return self.has_act_permission(request) and self._is_frozen(object_id)

    def _is_frozen(self, object_id: Any) -> bool:
        return Hold.objects.filter(
            order__in=self.things_of(object_id), kind=holding.FREEZE, released_at__isnull=True
        ).exists()

    @decision(
        title=_("冻结结算"),
        consequence=_("售后期满也不结算给商家和团长，直到解除；取货不受影响。"),
        done=_("已冻结"),
        permissions=("freeze",),
        form=Note,
        danger=True,
        icon="ac_unit",
    )
    def freeze(self, order: Order, answers: dict[str, Any]) -> None:
        holding.freeze(order=order, now=timezone.now(), **answers)

    @decision(
        title=_("解除冻结"),
        consequence=_("售后期已满的话，几分钟内结算给商家和团长。"),
        done=_("已解除"),
        permissions=("unfreeze",),
        form=Note,
        icon="lock_open",
    )
    def unfreeze(self, order: Order, answers: dict[str, Any]) -> None:
        holding.unfreeze(order=order, now=timezone.now(), **answers)


@admin.register(PickupPoint)
class PickupPointAdmin(OperatorAdmin):
    list_display = ("name", "merchant", "leader", "commission_bp", "is_active")
    list_filter = ("is_active",)
    list_select_related = ("merchant", "leader")
    search_fields = ("name", "code", "merchant__name")
