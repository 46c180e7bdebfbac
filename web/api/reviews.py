"""What is said of a product, and saying it of what was received."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from community.models import Review, ReviewPhoto
from community.selectors.reviews import of_product, product_of
from community.services.reviews import LONGEST_TEXT, MOST_STARS, write_review
from orders.errors import UnknownSku
from orders.selectors.orders import for_buyer
from web.api.fields import Body, Code, Text, WholeNumber
from web.api.reading import body_of, person


class Photo(serializers.ModelSerializer[ReviewPhoto]):
    large = serializers.CharField(source="large.url", read_only=True)
    small = serializers.CharField(source="small.url", read_only=True)

    class Meta:
        model = ReviewPhoto
        fields = ("large", "small")
        read_only_fields = fields


class ReviewShape(serializers.ModelSerializer[Review]):
    """One review. Those with a `source` were given in another shop: they have neither stars nor author."""

    author = serializers.CharField(source="author.shown_name", default="", read_only=True, help_text="masked")
    specification = serializers.CharField(source="order_line.specification", default="", read_only=True)
    photos = Photo(many=True, read_only=True)

    class Meta:
        model = Review
        fields = (
            "code",
            "stars",
            "text",
            "author",
            "specification",
            "photos",
            "source",
            "written_at",
            "answer",
            "answered_at",
        )
        read_only_fields = fields


class Reviews(ListAPIView):
    """The reviews of a product, newest first."""

    permission_classes = (AllowAny,)
    serializer_class = ReviewShape
    queryset = Review.objects.none()

    def get_queryset(self) -> Any:
        return of_product(product_of(self.kwargs["code"]))


class ReviewBody(Body):
    sku = Code()
    stars = WholeNumber(min_value=1, max_value=MOST_STARS)
    text = Text(required=False, default="", allow_blank=True, max_length=LONGEST_TEXT)


class WriteReview(APIView):
    @extend_schema(request=ReviewBody, responses={201: ReviewShape})
    def post(self, request: Request, number: str) -> Response:
        """Review one SKU of an own order that was received: once, and for good. Photos come by the page."""
        author = person(request)
        order = for_buyer(author, number)
        body = body_of(request, ReviewBody)
        sku = body.pop("sku")
        line = next((line for line in order.lines.all() if line.sku.code == sku), None)
        if line is None:
            raise UnknownSku
        review = write_review(author=author, order_number=number, line_id=line.pk, now=timezone.now(), **body)
        return Response(ReviewShape(review).data, status=201)
