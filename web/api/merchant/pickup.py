"""Handing goods over, and the points where that happens."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.errors import NotFound
from orders.models import Order, PickupPoint
from orders.selectors.pickup import points_of
from orders.services.fulfilment import verify_pickup
from orders.services.pickup_points import HIGHEST_COMMISSION_BP, PointDetails, save_point
from web.api.fields import Body, Text, WholeNumber
from web.api.merchant.access import MERCHANT, MerchantEndpoint
from web.api.order_shapes import Line
from web.api.reading import body_of, person


class CodeBody(Body):
    code = Text(max_length=20, help_text="the eight digits the buyer shows")


class HandedOver(serializers.ModelSerializer[Order]):
    lines = Line(many=True, read_only=True)
    buyer = serializers.CharField(source="buyer.shown_name", read_only=True)

    class Meta:
        model = Order
        fields = ("number", "status", "buyer", "lines", "received_at")
        read_only_fields = fields


class PointBody(Body):
    name = Text(max_length=60)
    address = Text(max_length=120)
    hours = Text(max_length=60, required=False, default="", allow_blank=True)
    latitude = serializers.DecimalField(
        max_digits=9, decimal_places=6, min_value=-90, max_value=90, required=False, allow_null=True, default=None
    )
    longitude = serializers.DecimalField(
        max_digits=9, decimal_places=6, min_value=-180, max_value=180, required=False, allow_null=True, default=None
    )
    leader_phone = Text(max_length=20, required=False, default="", allow_blank=True)
    commission_bp = WholeNumber(max_value=HIGHEST_COMMISSION_BP, required=False, default=0)
    is_active = serializers.BooleanField(required=False, default=True)


class MerchantPoint(serializers.ModelSerializer[PickupPoint]):
    leader = serializers.SerializerMethodField()

    class Meta:
        model = PickupPoint
        fields = (
            "code",
            "name",
            "address",
            "hours",
            "latitude",
            "longitude",
            "leader",
            "commission_bp",
            "is_active",
        )
        read_only_fields = fields

    def get_leader(self, point: PickupPoint) -> str | None:
        return point.leader.shown_name if point.leader else None


class VerifyPickup(APIView):
    @extend_schema(request=CodeBody, responses={200: HandedOver})
    def post(self, request: Request) -> Response:
        """Hand an order over to whoever shows its code: for staff who handle goods and the leader of the point."""
        code = body_of(request, CodeBody)["code"]
        order = verify_pickup(actor=person(request), code=code, now=timezone.now())
        return Response(HandedOver(order).data)


class Points(MerchantEndpoint):
    @extend_schema(parameters=[MERCHANT], responses={200: MerchantPoint(many=True)})
    def get(self, request: Request) -> Response:
        """My pick-up points, those in use first."""
        return Response(MerchantPoint(points_of(self.merchant), many=True).data)

    @extend_schema(parameters=[MERCHANT], request=PointBody, responses={201: MerchantPoint})
    def post(self, request: Request) -> Response:
        """Open a point; its leader is named by phone number and must be registered."""
        point = _save(self, request, None)
        return Response(MerchantPoint(point).data, status=201)


class OnePoint(MerchantEndpoint):
    @extend_schema(parameters=[MERCHANT], request=PointBody, responses={200: MerchantPoint})
    def put(self, request: Request, code: str) -> Response:
        """Change a point; orders keep the leader and the rate they were placed with."""
        point = points_of(self.merchant).filter(code=code).first()
        if point is None:
            raise NotFound
        return Response(MerchantPoint(_save(self, request, point)).data)


def _save(view: MerchantEndpoint, request: Request, point: PickupPoint | None) -> PickupPoint:
    details: dict[str, Any] = body_of(request, PointBody)
    actor_id = person(request).pk
    return save_point(merchant=view.merchant, actor_id=actor_id, details=PointDetails(**details), point=point)
