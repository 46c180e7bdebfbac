"""My orders: what I bought, what it cost and why, and where it is."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from campaigns.services.leaving import withdraw
from campaigns.services.moving import move_point
from common.idempotency import Answer
from orders.models import Order
from orders.selectors import orders
from orders.services.ending import settle_payments
from orders.services.quick_refunds import refund_by_rule
from orders.states import OrderStatus
from payments.states import RefundRoute
from web.api.fields import Body, Code, Text, WholeNumber
from web.api.idempotency import answer_once, key_of, respond
from web.api.order_shapes import OrderDetail, OrderSummary, RefundOfOrder, detail_of, plain, refunds_as_told
from web.api.reading import body_of, person


class Orders(ListAPIView):
    """My orders, newest first."""

    serializer_class = OrderSummary
    queryset = Order.objects.none()

    def get_queryset(self) -> Any:
        return orders.of_buyer(person(self.request))


class OneOrder(APIView):
    @extend_schema(responses={200: OrderDetail})
    def get(self, request: Request, number: str) -> Response:
        """One order with its price line by line, its timeline and its refunds."""
        return Response(detail_of(orders.for_buyer(person(request), number)))


class CancelBody(Body):
    """Where the money goes; without it, where the buyer's refunds always go."""

    refund_route = serializers.ChoiceField(choices=[RefundRoute.ORIGINAL, RefundRoute.BALANCE], required=False)


class CancelOrder(APIView):
    moves_money_or_stock = ("POST",)

    @extend_schema(request=CancelBody, responses={200: OrderDetail})
    def post(self, request: Request, number: str) -> Response:
        """Cancel an unpaid order, or leave a campaign before it closes; what was paid comes back in full."""
        buyer = person(request)
        said = body_of(request, CancelBody).get("refund_route")
        order = orders.for_buyer(buyer, number)
        key_of(request)
        if order.status == OrderStatus.PENDING_PAYMENT:
            # The gateway is asked before the transaction of the answer begins: no HTTP inside a transaction.
            settle_payments(order, now=timezone.now())

        def cancel() -> Answer:
            route = RefundRoute(said) if said else None
            cancelled = withdraw(buyer=buyer, order=order, route=route, now=timezone.now())
            return Answer(status=200, body=detail_of(orders.for_buyer(buyer, cancelled.number)))

        return respond(answer_once(request, cancel))


class MoveBody(Body):
    pickup_point = Code(help_text="one of the campaign's points")


class MoveOrder(APIView):
    @extend_schema(request=MoveBody, responses={200: OrderDetail})
    def post(self, request: Request, number: str) -> Response:
        """Fetch it at another point of its campaign, until that closes; 409 with the reason afterwards."""
        buyer = person(request)
        order = orders.for_buyer(buyer, number)
        point = body_of(request, MoveBody)["pickup_point"]
        move_point(buyer=buyer, order=order, point_code=point, now=timezone.now())
        return Response(detail_of(orders.for_buyer(buyer, number)))


class AskBody(Body):
    sku = Code()
    pieces = WholeNumber(min_value=1, help_text="how many of them are missing or broken")
    reason = Text(max_length=200, help_text="the merchant reads it")


class Refunds(APIView):
    moves_money_or_stock = ("POST",)

    @extend_schema(responses={200: RefundOfOrder(many=True)})
    def get(self, request: Request, number: str) -> Response:
        """What went or goes back of an order, step by step, and by when it arrives."""
        return Response(refunds_as_told(orders.for_buyer(person(request), number)))

    @extend_schema(request=AskBody, responses={201: RefundOfOrder(many=True)})
    def post(self, request: Request, number: str) -> Response:
        """Something small is missing or broken: refunded at once where the rule allows, else 409 with the reason."""
        buyer = person(request)
        order = orders.for_buyer(buyer, number)
        asked = body_of(request, AskBody)

        def ask() -> Answer:
            line_id = order.lines.filter(sku__code=asked["sku"]).values_list("pk", flat=True).first() or 0
            refund_by_rule(
                buyer=buyer,
                number=order.number,
                line_id=line_id,
                pieces=asked["pieces"],
                reason=asked["reason"],
                now=timezone.now(),
            )
            return Answer(status=201, body=plain(refunds_as_told(order)))

        return respond(answer_once(request, ask))
