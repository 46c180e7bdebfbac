"""How an order looks on the wire. Amounts are fen, names end in `_fen`; times are UTC."""

import json
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers
from rest_framework.utils.encoders import JSONEncoder

from orders.models import Order, OrderLine, PickupPoint, PriceLine
from orders.selectors import orders
from payments.states import RefundKind, RefundRoute, RefundStatus
from web.refund_progress import ARRIVED, HANDED_IN, WORKED_OUT, progress_of


class Point(serializers.ModelSerializer[PickupPoint]):
    """A pick-up point as everybody may see it."""

    class Meta:
        model = PickupPoint
        fields = ("code", "name", "address", "hours")
        read_only_fields = fields


class Line(serializers.ModelSerializer[OrderLine]):
    sku = serializers.CharField(source="sku.code", read_only=True)

    class Meta:
        model = OrderLine
        fields = (
            "sku",
            "product_name",
            "specification",
            "quantity",
            "unit_price_fen",
            "final_unit_price_fen",
            "paid_fen",
            "refunded_fen",
        )
        read_only_fields = fields


class Explanation(serializers.ModelSerializer[PriceLine]):
    """One step from the list price to what is paid."""

    sku = serializers.SerializerMethodField()

    class Meta:
        model = PriceLine
        fields = ("code", "amount_fen", "funder", "sku")
        read_only_fields = fields

    def get_sku(self, line: PriceLine) -> str | None:
        return line.line.sku.code if line.line else None


class OrderSummary(serializers.ModelSerializer[Order]):
    lines = Line(many=True, read_only=True)
    expires_at = serializers.DateTimeField(source="pay_by", read_only=True, help_text="when an unpaid order lapses")
    campaign = serializers.SerializerMethodField()

    class Meta:
        model = Order
        fields: tuple[str, ...] = (
            "number",
            "status",
            "campaign",
            "goods_fen",
            "freight_fen",
            "payable_fen",
            "lines",
            "placed_at",
            "expires_at",
            "paid_at",
        )
        read_only_fields: tuple[str, ...] = fields

    def get_campaign(self, order: Order) -> str | None:
        return order.source_code if order.source_kind == "campaign" else None


class Step(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    state = serializers.CharField()
    reason = serializers.CharField()


class RefundStep(serializers.Serializer[Any]):
    name = serializers.ChoiceField(choices=[WORKED_OUT, HANDED_IN, ARRIVED])
    at = serializers.DateTimeField(allow_null=True)
    is_done = serializers.BooleanField()


class RefundOfOrder(serializers.Serializer[Any]):
    """Made of a `Progress`: a refund in steps."""

    number = serializers.CharField(source="refund.number")
    kind = serializers.ChoiceField(choices=RefundKind.choices, source="refund.kind")
    amount_fen = serializers.IntegerField(source="refund.amount_fen")
    status = serializers.ChoiceField(choices=RefundStatus.choices, source="refund.status")
    route = serializers.ChoiceField(choices=RefundRoute.choices, source="refund.route")
    requested_at = serializers.DateTimeField(source="refund.requested_at")
    done_at = serializers.DateTimeField(source="refund.done_at", allow_null=True)
    steps = RefundStep(many=True)
    expected_at = serializers.DateTimeField(allow_null=True, help_text="by when it arrives; null once it has")
    is_late = serializers.BooleanField(help_text="we are looking into it")


def refunds_as_told(order: Order) -> list[dict[str, Any]]:
    """The refunds of an order, oldest first, with their steps."""
    now = timezone.now()
    told = [progress_of(refund, now=now) for refund in orders.refunds_of(order)]
    return list(RefundOfOrder(told, many=True).data)


class OrderDetail(OrderSummary):
    """What its buyer sees: with the pick-up code and their own address."""

    cancel_reason = serializers.CharField(read_only=True, help_text="buyer, left, missed, merchant; empty while alive")
    price_lines = serializers.SerializerMethodField()
    pickup_point = Point(read_only=True, allow_null=True)
    timeline = serializers.SerializerMethodField()
    refunds = serializers.SerializerMethodField()

    class Meta(OrderSummary.Meta):
        fields = (
            *OrderSummary.Meta.fields,
            "cancel_reason",
            "price_lines",
            "pickup_point",
            "pickup_code",
            "recipient_name",
            "recipient_phone",
            "delivery_region",
            "delivery_detail",
            "ready_at",
            "received_at",
            "ended_at",
            "timeline",
            "refunds",
        )
        read_only_fields = fields

    @extend_schema_field(Explanation(many=True))
    def get_price_lines(self, order: Order) -> list[dict[str, Any]]:
        return list(Explanation(order.price_lines.order_by("position"), many=True).data)

    @extend_schema_field(Step(many=True))
    def get_timeline(self, order: Order) -> list[dict[str, Any]]:
        return list(Step(orders.timeline(order), many=True).data)

    @extend_schema_field(RefundOfOrder(many=True))
    def get_refunds(self, order: Order) -> list[dict[str, Any]]:
        return refunds_as_told(order)


def detail_of(order: Order) -> dict[str, Any]:
    """An order's details as plain JSON, fit to be kept as an answer."""
    return plain(OrderDetail(order).data)


def plain(data: Any) -> Any:
    """What a serializer made, as JSON can hold it."""
    return json.loads(json.dumps(data, cls=JSONEncoder))
