"""Paying an order: one payment at one gateway, and the address of the page where the payer pays."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from common.errors import NotFound
from common.idempotency import Answer
from orders.selectors import orders
from orders.services.paying import start_payment
from payments.models import Payment
from payments.services.querying import resolve
from payments.services.starting import open_at_gateway
from payments.states import BALANCE, PaymentStatus
from web.api.fields import Body, WholeNumber
from web.api.idempotency import answer_once, respond
from web.api.reading import body_of, person
from web.clients import payer_client


class PaymentBody(Body):
    """At which of the gateways of the order's merchant to pay, and how much the balance pays of it.

    Where the balance pays all that is payable no gateway is needed.
    """

    def get_fields(self) -> dict[str, Any]:
        names = list(settings.PAYMENT_GATEWAYS)
        return {
            "gateway": serializers.ChoiceField(choices=names, required=False),
            "balance_fen": WholeNumber(required=False, help_text="taken now, given back if the rest fails"),
        }


class StartedPayment(serializers.Serializer[Any]):
    number = serializers.CharField()
    pay_url = serializers.CharField(
        help_text="send the payer there; a weixin: address is the text of a QR code; empty when the balance paid it all"
    )


class PaymentState(serializers.ModelSerializer[Payment]):
    class Meta:
        model = Payment
        fields = ("number", "gateway", "amount_fen", "status", "applied", "pay_url", "expires_at", "captured_at")
        read_only_fields = fields


class Payments(APIView):
    moves_money_or_stock = ("POST",)

    @extend_schema(request=PaymentBody, responses={201: StartedPayment})
    def post(self, request: Request, number: str) -> Response:
        """Pay an order. Repeating it with the same key never makes a second payment."""
        order = orders.for_buyer(person(request), number)
        chosen = body_of(request, PaymentBody)

        def start() -> Answer:
            payment = start_payment(order=order, **chosen, now=timezone.now())
            return Answer(status=201, body={"number": payment.number})

        answer = answer_once(request, start)
        if answer.status != 201:
            return respond(answer)
        # The gateway is asked after the payment is committed: no HTTP inside a transaction.
        payment = Payment.objects.get(number=answer.body["number"])
        pay_url = ""
        if payment.gateway != BALANCE:
            pay_url = open_at_gateway(payment=payment, now=timezone.now(), client=payer_client(request))
        return Response({"number": payment.number, "pay_url": pay_url}, status=201)


class OnePayment(APIView):
    @extend_schema(responses={200: PaymentState})
    def get(self, request: Request, number: str) -> Response:
        """How a payment of mine stands."""
        return Response(PaymentState(_payment_of(request, number)).data)


class CheckPayment(APIView):
    @extend_schema(request=None, responses={200: PaymentState})
    def post(self, request: Request, number: str) -> Response:
        """Ask the gateway now, instead of waiting for its message."""
        payment = _payment_of(request, number)
        if payment.status == PaymentStatus.PENDING:
            payment = resolve(payment=payment, now=timezone.now(), close=False)
        return Response(PaymentState(payment).data)


def _payment_of(request: Request, number: str) -> Payment:
    payment = Payment.objects.filter(payer=person(request), number=number).first()
    if payment is None:
        raise NotFound
    return payment
