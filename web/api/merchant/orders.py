"""A merchant's orders: what waits, what has arrived, what was delivered."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from common import audit
from common.masking import mask_name, mask_phone
from orders.models import Order
from orders.selectors.orders import for_merchant, of_merchant
from orders.services.fulfilment import MOST_AT_ONCE, deliver, mark_ready
from orders.states import OrderStatus
from web.api.fields import Body, Query, Text
from web.api.merchant.access import MERCHANT, MerchantEndpoint
from web.api.order_shapes import OrderSummary, Point
from web.api.reading import body_of, person, query_of
from web.roles import STOCKING

STATUS = OpenApiParameter("status", str, enum=OrderStatus.values)


class StatusQuery(Query):
    status = serializers.ChoiceField(choices=OrderStatus.choices, required=False)


class MerchantOrder(OrderSummary):
    """An order as its merchant sees it, with the people in it masked."""

    buyer = serializers.CharField(source="buyer.shown_name", read_only=True)
    pickup_point = Point(read_only=True, allow_null=True)
    recipient = serializers.SerializerMethodField()
    recipient_phone = serializers.SerializerMethodField()

    class Meta(OrderSummary.Meta):
        fields = (
            *OrderSummary.Meta.fields,
            "buyer",
            "pickup_point",
            "recipient",
            "recipient_phone",
            "delivery_region",
            "ready_at",
            "received_at",
        )
        read_only_fields = fields

    def get_recipient(self, order: Order) -> str:
        return mask_name(order.recipient_name)

    def get_recipient_phone(self, order: Order) -> str:
        return mask_phone(order.recipient_phone) if order.recipient_phone else ""


class ReadyBody(Body):
    numbers = serializers.ListField(child=Text(max_length=20), allow_empty=False, max_length=MOST_AT_ONCE)


class ReadyAnswer(serializers.Serializer[Any]):
    ready = serializers.IntegerField(help_text="how many of them were being prepared and are ready now")


class DeliveryAddress(serializers.ModelSerializer[Order]):
    class Meta:
        model = Order
        fields = ("recipient_name", "recipient_phone", "delivery_region", "delivery_detail")
        read_only_fields = fields


class Orders(MerchantEndpoint, ListAPIView):
    """My orders, newest first."""

    serializer_class = MerchantOrder
    queryset = Order.objects.none()

    def get_queryset(self) -> Any:
        status = query_of(self.request, StatusQuery).get("status")
        mine = of_merchant(self.merchant)
        return mine.filter(status=status) if status else mine

    @extend_schema(parameters=[MERCHANT, STATUS])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class OneOrder(MerchantEndpoint):
    @extend_schema(parameters=[MERCHANT], responses={200: MerchantOrder})
    def get(self, request: Request, number: str) -> Response:
        """One order."""
        return Response(MerchantOrder(for_merchant(self.merchant, number)).data)


class Ready(MerchantEndpoint):
    writers = STOCKING

    @extend_schema(parameters=[MERCHANT], request=ReadyBody, responses={200: ReadyAnswer})
    def post(self, request: Request) -> Response:
        """The goods of these orders have arrived. Orders that are not being prepared are passed over."""
        numbers = body_of(request, ReadyBody)["numbers"]
        ready = mark_ready(merchant=self.merchant, numbers=numbers, actor_id=person(request).pk, now=timezone.now())
        return Response({"ready": ready})


class Deliver(MerchantEndpoint):
    writers = STOCKING

    @extend_schema(parameters=[MERCHANT], request=None, responses={200: MerchantOrder})
    def post(self, request: Request, number: str) -> Response:
        """I brought this order to the buyer's door."""
        deliver(merchant=self.merchant, number=number, actor_id=person(request).pk, now=timezone.now())
        return Response(MerchantOrder(for_merchant(self.merchant, number)).data)


class Recipient(MerchantEndpoint):
    writers = STOCKING

    @extend_schema(parameters=[MERCHANT], request=None, responses={200: DeliveryAddress})
    def post(self, request: Request, number: str) -> Response:
        """Where to deliver, in clear. A POST, because who looked is written down."""
        order = for_merchant(self.merchant, number)
        audit.record(actor_id=person(request).pk, action="personal_data.reveal", subject=f"order:{order.number}")
        return Response(DeliveryAddress(order).data)
