"""How a merchant's goods look on the wire, and what may be written about them."""

from typing import Any

from rest_framework import serializers

from catalog.models import Product, ProductImage, Sku
from catalog.services.details import HIGHEST_PRICE_FEN, MOST_SKUS, ProductDetails, SkuDetails
from catalog.services.matrix import Axis
from web.api.fields import Body, Code, Text, WholeNumber


class AxisBody(Body):
    name = Text(max_length=20)
    values = serializers.ListField(child=Text(max_length=40), allow_empty=False, max_length=MOST_SKUS)


class SkuBody(Body):
    code = Code(required=False, allow_null=True, default=None, help_text="the SKU to change; without it a new one")
    specification = Text(max_length=100, allow_blank=True, required=False, default="")
    price_fen = WholeNumber(min_value=1, max_value=HIGHEST_PRICE_FEN)
    cost_fen = WholeNumber(max_value=HIGHEST_PRICE_FEN, required=False, allow_null=True, default=None)


class ProductBody(Body):
    name = Text(max_length=100)
    brief = Text(max_length=200, required=False, default="", allow_blank=True)
    unit = Text(max_length=10, required=False, default="件")
    category = WholeNumber(min_value=1, required=False, allow_null=True, default=None)
    description = Text(max_length=50_000, required=False, default="", allow_blank=True, help_text="HTML, sanitised")
    options = AxisBody(many=True, required=False, default=list, max_length=3)  # type: ignore[call-arg]
    skus = SkuBody(many=True, allow_empty=False, max_length=MOST_SKUS)  # type: ignore[call-arg]
    no_reason_return = serializers.BooleanField(required=False, default=False)
    return_days = WholeNumber(max_value=90, required=False, default=0)
    external_id = Text(max_length=40, required=False, default="", allow_blank=True)


class Picture(serializers.ModelSerializer[ProductImage]):
    """One picture in three sizes, each a path of this site."""

    large = serializers.CharField(source="large.url", read_only=True)
    medium = serializers.CharField(source="medium.url", read_only=True)
    small = serializers.CharField(source="small.url", read_only=True)

    class Meta:
        model = ProductImage
        fields = ("id", "large", "medium", "small")
        read_only_fields = fields


class MerchantSku(serializers.ModelSerializer[Sku]):
    """A SKU with its stock, as its merchant sees it."""

    available = serializers.IntegerField(source="stock.available", read_only=True)
    allotted = serializers.IntegerField(source="stock.allotted", read_only=True)
    sold = serializers.IntegerField(source="stock.sold", read_only=True)
    alert_threshold = serializers.IntegerField(source="stock.alert_threshold", read_only=True)

    class Meta:
        model = Sku
        fields: tuple[str, ...] = (
            "code",
            "specification",
            "price_fen",
            "cost_fen",
            "available",
            "allotted",
            "sold",
            "alert_threshold",
        )
        read_only_fields: tuple[str, ...] = fields


class MerchantProduct(serializers.ModelSerializer[Product]):
    skus = MerchantSku(many=True, read_only=True)
    images = Picture(many=True, read_only=True)
    category = serializers.IntegerField(source="category_id", read_only=True, allow_null=True)

    class Meta:
        model = Product
        fields = (
            "code",
            "name",
            "brief",
            "unit",
            "category",
            "description",
            "options",
            "status",
            "no_reason_return",
            "return_days",
            "external_id",
            "skus",
            "images",
            "created_at",
        )
        read_only_fields = fields


def details_of(body: dict[str, Any]) -> ProductDetails:
    """A checked body in the words of the catalogue."""
    fields = {name: value for name, value in body.items() if name not in ("skus", "options", "category")}
    return ProductDetails(
        **fields,
        category_id=body["category"],
        options=[Axis(name=axis["name"], values=list(axis["values"])) for axis in body["options"]],
        skus=[SkuDetails(**sku) for sku in body["skus"]],
    )
