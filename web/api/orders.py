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
from common.idempotency import Answer
from orders.models import Order
from orders.selectors import orders
from orders.services.ending import settle_payments
from orders.states import OrderStatus
from payments.states import RefundRoute
from web.api.fields import Body
from web.api.idempotency import answer_once, key_of, respond
from web.api.order_shapes import OrderDetail, OrderSummary, RefundOfOrder, detail_of, refunds_as_told
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


class Refunds(APIView):
    @extend_schema(responses={200: RefundOfOrder(many=True)})
    def get(self, request: Request, number: str) -> Response:
        """What went or goes back of an order, step by step, and by when it arrives."""
        return Response(refunds_as_told(orders.for_buyer(person(request), number)))
