"""What a merchant gives back of an order that went on."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from common.errors import InvalidField
from common.idempotency import Answer
from orders.models import Order
from orders.selectors.after_sales import LineLeft, left_of
from orders.selectors.orders import for_merchant
from orders.services.after_sales import refund_lines
from web.api.fields import Body, Code, Text, WholeNumber
from web.api.idempotency import answer_once, respond
from web.api.merchant.access import MERCHANT, MerchantEndpoint
from web.api.order_shapes import RefundOfOrder, plain, refunds_as_told
from web.api.reading import body_of, person
from web.roles import REFUNDING


class LineBack(Body):
    """How much of one line: an amount, or what so many pieces of it cost."""

    sku = Code()
    amount_fen = WholeNumber(min_value=1, required=False)
    pieces = WholeNumber(min_value=1, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("amount_fen" in attrs) == ("pieces" in attrs):
            raise serializers.ValidationError({"amount_fen": [_("写金额或件数，二选一")]})
        return attrs


class RefundBody(Body):
    lines = serializers.ListField(child=LineBack(), required=False, max_length=50)
    freight_fen = WholeNumber(default=0)
    reason = Text(max_length=200, help_text="the buyer reads it")


class OrderRefunds(MerchantEndpoint):
    moves_money_or_stock = ("POST",)
    writers = readers = REFUNDING

    @extend_schema(parameters=[MERCHANT], responses={200: RefundOfOrder(many=True)})
    def get(self, request: Request, number: str) -> Response:
        """Every refund of an order, oldest first."""
        return Response(refunds_as_told(for_merchant(self.merchant, number)))

    @extend_schema(parameters=[MERCHANT], request=RefundBody, responses={201: RefundOfOrder(many=True)})
    def post(self, request: Request, number: str) -> Response:
        """Give back part of an order that went on, never more than is left of a line. The buyer is told."""
        order = for_merchant(self.merchant, number)
        wanted = body_of(request, RefundBody)

        def give_back() -> Answer:
            refund_lines(
                merchant=self.merchant,
                number=order.number,
                by_line=_by_line(order, wanted.get("lines", [])),
                freight_fen=wanted["freight_fen"],
                reason=wanted["reason"],
                actor_id=person(request).pk,
                now=timezone.now(),
            )
            return Answer(status=201, body=plain(refunds_as_told(order)))

        return respond(answer_once(request, give_back))


def _by_line(order: Order, wanted: list[dict[str, Any]]) -> dict[int, int]:
    """Fen by line id. Raises InvalidField for a SKU that is not in the order, or is named twice."""
    lines = {line.line.sku.code: line for line in left_of(order).lines}
    by_line: dict[int, int] = {}
    for asked in wanted:
        line = lines.pop(asked["sku"], None)
        if line is None:
            raise InvalidField("lines", _("订单里没有这个规格，或写了两次"))
        by_line[line.line.pk] = asked.get("amount_fen") or _cost(line, asked["pieces"])
    return by_line


def _cost(line: LineLeft, pieces: int) -> int:
    if pieces > line.line.quantity:
        raise InvalidField("lines", _("订单里没有这么多件"))
    return line.fen_of(pieces)
