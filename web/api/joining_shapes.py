"""What joining takes and answers. Codes and quantities come in; prices only ever go out."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from orders.models import OrderLine
from orders.quotes import MOST_PIECES, FulfilmentChoice, LineRequest, Quote
from orders.services.placing import Placement
from orders.states import OrderStatus
from web.api.fields import Body, Code, Text, WholeNumber
from web.api.order_shapes import plain

MOST_LINES = 50


class LineBody(Body):
    sku = Code()
    quantity = WholeNumber(min_value=1, max_value=MOST_PIECES)


class QuoteBody(Body):
    """What is wanted, and how: at a pick-up point or at one of the buyer's addresses, by their codes."""

    lines = LineBody(many=True, allow_empty=False, max_length=MOST_LINES)  # type: ignore[call-arg]
    pickup_point = Code(required=False, default="", allow_blank=True)
    address = Code(required=False, default="", allow_blank=True)
    choices = serializers.DictField(
        child=Text(allow_blank=True, max_length=40),
        required=False,
        default=dict,
        help_text="the buyer's benefits, by the rule that offers them; without an answer the best one applies",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if bool(attrs["pickup_point"]) == bool(attrs["address"]):
            raise serializers.ValidationError(_("自提点和收货地址，选其中一个"), code="fulfilment")
        return attrs


class JoinBody(QuoteBody):
    quote = Text(required=False, default="", allow_blank=True, max_length=8000, help_text="the quote in hand")


class QuotedItem(serializers.Serializer[Any]):
    sku = serializers.CharField(source="sku_code")
    product_name = serializers.CharField()
    specification = serializers.CharField()
    quantity = serializers.IntegerField()
    list_price_fen = serializers.IntegerField()
    unit_price_fen = serializers.IntegerField()
    paid_fen = serializers.IntegerField()
    is_gift = serializers.BooleanField(help_text="given with what was asked for")


class QuotedStep(serializers.Serializer[Any]):
    """One explained step of the price; `item` is the index of the item it belongs to."""

    code = serializers.CharField()
    amount_fen = serializers.IntegerField()
    item = serializers.IntegerField(allow_null=True)
    funder = serializers.CharField()


class QuotedOffer(serializers.Serializer[Any]):
    """A benefit the buyer holds, chosen by `choices[rule] = key`; a reason says why it does not apply."""

    rule = serializers.CharField()
    key = serializers.CharField()
    title = serializers.CharField()
    saves_fen = serializers.IntegerField()
    applied = serializers.BooleanField()
    reason = serializers.CharField(allow_blank=True)


class QuoteAnswer(serializers.Serializer[Quote]):
    items = QuotedItem(many=True)
    price_lines = QuotedStep(many=True)
    offers = QuotedOffer(many=True)
    goods_fen = serializers.IntegerField()
    freight_fen = serializers.IntegerField()
    payable_fen = serializers.IntegerField()
    quoted_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField(help_text="until then this is what is charged, wherever the ladder moves")
    pay_minutes = serializers.IntegerField()
    quote = serializers.CharField(source="token", help_text="signed; hand it in when joining")


class JoinedLine(serializers.ModelSerializer[OrderLine]):
    sku = serializers.CharField(source="sku.code", read_only=True)

    class Meta:
        model = OrderLine
        fields = ("sku", "product_name", "specification", "quantity", "unit_price_fen", "paid_fen", "is_gift")
        read_only_fields = fields


# What a line of an order just placed is called while it is an item of its quote.
LINE = {name: "sku_code" if name == "sku" else name for name in JoinedLine.Meta.fields}


class JoinedOrder(serializers.Serializer[Any]):
    """An order just placed, waiting for its payment."""

    number = serializers.CharField()
    status = serializers.ChoiceField(choices=OrderStatus.choices)
    goods_fen = serializers.IntegerField()
    freight_fen = serializers.IntegerField()
    payable_fen = serializers.IntegerField()
    placed_at = serializers.DateTimeField()
    expires_at = serializers.DateTimeField()
    lines = JoinedLine(many=True)

    @staticmethod
    def shown(placement: Placement) -> dict[str, Any]:
        """From memory, as it is about to be written; {number} where the order has none yet."""
        order = placement.order
        names = ("status", "goods_fen", "freight_fen", "payable_fen", "placed_at")
        head = {"number": "{number}"} | {name: getattr(order, name) for name in names} | {"expires_at": order.pay_by}
        lines = [{name: getattr(item, source) for name, source in LINE.items()} for item in placement.items]
        shown: dict[str, Any] = plain(head | {"lines": lines})
        return shown


def wanted(body: dict[str, Any]) -> dict[str, Any]:
    """A checked body in the words of the joining service."""
    return {
        "lines": [LineRequest(sku=line["sku"], quantity=line["quantity"]) for line in body["lines"]],
        "fulfilment": FulfilmentChoice(pickup_point=body["pickup_point"], address=body["address"]),
        "choices": body["choices"],
    }
