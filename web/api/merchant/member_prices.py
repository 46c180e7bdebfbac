"""B8: what a product costs members."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import Product
from catalog.selectors.products import for_merchant
from community.selectors.member_prices import prices_of
from community.services.member_prices import set_member_prices
from web.api.fields import Body, Code, Text, WholeNumber
from web.api.merchant.access import MERCHANT, MerchantEndpoint
from web.api.reading import body_of, person

MOST_PRICES = 500


class MemberPriceBody(Body):
    sku = Code()
    tier = Text(max_length=20, help_text="the code of a member tier")
    unit_price_fen = WholeNumber(min_value=1, allow_null=True, help_text="null takes the price away")


class MemberPricesBody(Body):
    prices = MemberPriceBody(many=True, max_length=MOST_PRICES)  # type: ignore[call-arg]


class MemberPriceShape(serializers.Serializer[Any]):
    """What a SKU costs members of a tier and of those above it."""

    sku = serializers.CharField()
    tier = serializers.CharField()
    unit_price_fen = serializers.IntegerField()


class MemberPrices(MerchantEndpoint):
    @extend_schema(parameters=[MERCHANT], responses={200: MemberPriceShape(many=True)})
    def get(self, request: Request, code: str) -> Response:
        """The member prices of a product."""
        return Response(_shown(for_merchant(self.merchant, code)))

    @extend_schema(parameters=[MERCHANT], request=MemberPricesBody, responses={200: MemberPriceShape(many=True)})
    def put(self, request: Request, code: str) -> Response:
        """Set or take away some of them; those that are not named stay."""
        product = for_merchant(self.merchant, code)
        named = body_of(request, MemberPricesBody)["prices"]
        prices = {(each["sku"], each["tier"]): each["unit_price_fen"] for each in named}
        set_member_prices(product=product, prices=prices, actor_id=person(request).pk)
        return Response(_shown(product))


def _shown(product: Product) -> Any:
    rows = [{"sku": sku, "tier": tier, "unit_price_fen": fen} for (sku, tier), fen in prices_of(product).items()]
    return MemberPriceShape(rows, many=True).data
