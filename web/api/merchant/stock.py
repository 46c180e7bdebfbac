"""A merchant's SKUs and how many pieces there are of each."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import Sku
from catalog.selectors.stock import sku_for_merchant
from catalog.services.stock import LARGEST_ADJUSTMENT, adjust, set_alert_threshold
from common.idempotency import Answer
from web.api.fields import Body, Text, WholeNumber
from web.api.idempotency import answer_once, respond
from web.api.merchant.access import MERCHANT, MerchantEndpoint
from web.api.merchant.product_shapes import MerchantSku
from web.api.order_shapes import plain
from web.api.reading import body_of, person
from web.roles import STOCKING


class StockedSku(MerchantSku):
    product = serializers.CharField(source="product.code", read_only=True)
    product_name = serializers.CharField(source="product.name", read_only=True)

    class Meta(MerchantSku.Meta):
        fields = ("product", "product_name", *MerchantSku.Meta.fields)
        read_only_fields = fields


class AdjustBody(Body):
    """Pieces that came in, or with a minus sign were lost or miscounted."""

    quantity = WholeNumber(min_value=-LARGEST_ADJUSTMENT, max_value=LARGEST_ADJUSTMENT)
    reason = Text(max_length=200)


class ThresholdBody(Body):
    threshold = WholeNumber(max_value=LARGEST_ADJUSTMENT, help_text="0 means never give the alarm")


class Skus(MerchantEndpoint, ListAPIView):
    """My SKUs on sale with their stock, newest first."""

    serializer_class = StockedSku
    queryset = Sku.objects.none()

    def get_queryset(self) -> Any:
        mine = Sku.objects.filter(product__merchant=self.merchant, retired_at=None)
        return mine.select_related("product", "stock").order_by("-id")

    @extend_schema(parameters=[MERCHANT])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)


class AdjustStock(MerchantEndpoint):
    writers = STOCKING
    moves_money_or_stock = ("POST",)

    @extend_schema(parameters=[MERCHANT], request=AdjustBody, responses={200: StockedSku})
    def post(self, request: Request, code: str) -> Response:
        """Add pieces to the shelf, or take them off with a negative quantity."""
        sku = sku_for_merchant(self.merchant, code)
        body = body_of(request, AdjustBody)

        def move() -> Answer:
            adjust(sku_id=sku.pk, actor_id=person(request).pk, now=timezone.now(), **body)
            return Answer(status=200, body=plain(StockedSku(sku_for_merchant(self.merchant, code)).data))

        return respond(answer_once(request, move))


class AlertThreshold(MerchantEndpoint):
    writers = STOCKING

    @extend_schema(parameters=[MERCHANT], request=ThresholdBody, responses={200: StockedSku})
    def put(self, request: Request, code: str) -> Response:
        """From which level on I want to be told."""
        sku = sku_for_merchant(self.merchant, code)
        threshold = body_of(request, ThresholdBody)["threshold"]
        set_alert_threshold(sku_id=sku.pk, threshold=threshold, actor_id=person(request).pk, now=timezone.now())
        return Response(StockedSku(sku_for_merchant(self.merchant, code)).data)
