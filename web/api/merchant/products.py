"""A merchant's products: written, changed, pictured, put on the shelf and taken off it."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from catalog.models import Product
from catalog.selectors.products import for_merchant, of_merchant
from catalog.services.images import add_image, remove_image
from catalog.services.products import create_product, put_on_shelf, take_off_shelf, update_product
from web.api.fields import Body
from web.api.merchant.access import MERCHANT, MerchantEndpoint
from web.api.merchant.product_shapes import MerchantProduct, Picture, ProductBody, details_of
from web.api.reading import body_of, person


class PictureBody(Body):
    image = serializers.FileField(help_text="JPEG, PNG or WebP, at most 10 MB")


class Products(MerchantEndpoint, ListAPIView):
    """My products, newest first."""

    serializer_class = MerchantProduct
    queryset = Product.objects.none()

    def get_queryset(self) -> Any:
        return of_merchant(self.merchant)

    @extend_schema(parameters=[MERCHANT])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return super().get(request, *args, **kwargs)

    @extend_schema(parameters=[MERCHANT], request=ProductBody, responses={201: MerchantProduct})
    def post(self, request: Request) -> Response:
        """Write a new product; a draft until it is put on the shelf, its SKUs without stock."""
        details = details_of(body_of(request, ProductBody))
        product = create_product(
            merchant=self.merchant, actor_id=person(request).pk, details=details, now=timezone.now()
        )
        return Response(_shown(self, product.code), status=201)


class OneProduct(MerchantEndpoint):
    @extend_schema(parameters=[MERCHANT], responses={200: MerchantProduct})
    def get(self, request: Request, code: str) -> Response:
        """One product with its SKUs and stock."""
        return Response(_shown(self, code))

    @extend_schema(parameters=[MERCHANT], request=ProductBody, responses={200: MerchantProduct})
    def put(self, request: Request, code: str) -> Response:
        """Change everything but the stock; SKUs that are missing are retired."""
        product = for_merchant(self.merchant, code)
        details = details_of(body_of(request, ProductBody))
        update_product(product=product, actor_id=person(request).pk, details=details, now=timezone.now())
        return Response(_shown(self, code))


class PutOnShelf(MerchantEndpoint):
    @extend_schema(parameters=[MERCHANT], request=None, responses={200: MerchantProduct})
    def post(self, request: Request, code: str) -> Response:
        """Show the product to buyers."""
        put_on_shelf(product=for_merchant(self.merchant, code), actor_id=person(request).pk, now=timezone.now())
        return Response(_shown(self, code))


class TakeOffShelf(MerchantEndpoint):
    @extend_schema(parameters=[MERCHANT], request=None, responses={200: MerchantProduct})
    def post(self, request: Request, code: str) -> Response:
        """Hide the product; campaigns under way keep their pieces."""
        take_off_shelf(product=for_merchant(self.merchant, code), actor_id=person(request).pk, now=timezone.now())
        return Response(_shown(self, code))


class Pictures(MerchantEndpoint):
    parser_classes = (MultiPartParser,)

    @extend_schema(parameters=[MERCHANT], request={"multipart/form-data": PictureBody}, responses={201: Picture})
    def post(self, request: Request, code: str) -> Response:
        """Add a picture behind the others; it is drawn anew in three sizes."""
        product = for_merchant(self.merchant, code)
        upload = body_of(request, PictureBody)["image"]
        image = add_image(product=product, upload=upload, now=timezone.now(), actor_id=person(request).pk)
        return Response(Picture(image).data, status=201)


class OnePicture(MerchantEndpoint):
    @extend_schema(parameters=[MERCHANT], responses={204: None})
    def delete(self, request: Request, code: str, image_id: int) -> Response:
        """Remove a picture."""
        product = for_merchant(self.merchant, code)
        remove_image(product=product, image_id=image_id, actor_id=person(request).pk)
        return Response(status=204)


def _shown(view: MerchantEndpoint, code: str) -> dict[str, Any]:
    return dict(MerchantProduct(for_merchant(view.merchant, code)).data)
