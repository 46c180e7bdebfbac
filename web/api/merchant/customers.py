"""A merchant's customers, masked, and its own words on them."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response

from common.masking import mask_phone
from community.errors import NoSuchTag
from community.models import Customer, Tag
from community.selectors.customers import customer_of, found_among_customers
from community.selectors.tags import tags_of
from community.services.profiles import look_at
from community.services.tagging import LONGEST_TAG, tag_customer, untag
from community.states import ANSWERING, Segment
from web.api.fields import Body, Query, Text
from web.api.merchant.access import MERCHANT, MerchantEndpoint
from web.api.reading import body_of, person, query_of


class CustomerQuery(Query):
    search = Text(required=False, default="", allow_blank=True, max_length=20, help_text="phone, its tail, or a code")
    segment = serializers.ChoiceField(choices=Segment.choices, required=False, default="")
    tier = Text(required=False, default="", allow_blank=True, max_length=20, help_text="code of a member tier")
    tag = Text(required=False, default="", allow_blank=True, max_length=LONGEST_TAG)


class TagShape(serializers.ModelSerializer[Tag]):
    class Meta:
        model = Tag
        fields = ("id", "name")
        read_only_fields = fields


class TagOfShop(serializers.ModelSerializer[Tag]):
    wearers = serializers.IntegerField(read_only=True, help_text="on how many customers it is")

    class Meta:
        model = Tag
        fields = ("id", "name", "wearers")
        read_only_fields = fields


class CustomerShape(serializers.ModelSerializer[Customer]):
    """Somebody who has paid an order here. Scores are fifths among this merchant's customers, 5 the best."""

    name = serializers.CharField(source="user.shown_name", read_only=True, help_text="masked")
    phone = serializers.SerializerMethodField(help_text="masked")
    segment = serializers.SerializerMethodField(help_text="empty who belongs to no community")
    tier = serializers.SerializerMethodField(help_text="code of the member tier; empty without one")
    tags = serializers.SerializerMethodField()

    class Meta:
        model = Customer
        fields = (
            *("code", "name", "phone", "segment", "tier", "tags", "orders", "spent_fen", "first_at", "last_at"),
            *("recency_score", "frequency_score", "monetary_score"),
        )
        read_only_fields = fields

    def get_phone(self, customer: Customer) -> str:
        return mask_phone(customer.user.phone)

    def get_segment(self, customer: Customer) -> str:
        standing = getattr(customer.user, "member_segment", None)
        return standing.segment if standing else ""

    def get_tier(self, customer: Customer) -> str:
        standing = getattr(customer.user, "member_standing", None)
        return standing.tier.code if standing else ""

    def get_tags(self, customer: Customer) -> list[str]:
        return [put.tag.name for put in customer.user.tags_here]  # type: ignore[attr-defined]


class FavouriteShape(serializers.Serializer[Any]):
    product = serializers.CharField(source="code")
    name = serializers.CharField()
    pieces = serializers.IntegerField()


class ProfileShape(serializers.Serializer[Any]):
    """What happened between a customer and this merchant; asking for it is written down."""

    customer = CustomerShape()
    average_fen = serializers.IntegerField()
    tags = TagShape(many=True)
    favourites = FavouriteShape(many=True)
    orders = serializers.SerializerMethodField(help_text="numbers of the latest, newest first")

    def get_orders(self, profile: Any) -> list[str]:
        return [order.number for order in profile.orders]


class TagBody(Body):
    name = Text(max_length=LONGEST_TAG)


class Customers(MerchantEndpoint, ListAPIView):
    """Who has paid an order here, the latest buyer first."""

    readers = ANSWERING
    serializer_class = CustomerShape
    queryset = Customer.objects.none()

    def get_queryset(self) -> Any:
        return found_among_customers(self.merchant, **query_of(self.request, CustomerQuery))

    @extend_schema(parameters=[MERCHANT, CustomerQuery])
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Who has paid an order here, the latest buyer first."""
        return super().get(request, *args, **kwargs)


class OneCustomer(MerchantEndpoint):
    readers = ANSWERING

    @extend_schema(parameters=[MERCHANT], responses={200: ProfileShape})
    def get(self, request: Request, code: str) -> Response:
        """One of them, with what they bought here; the look is written down."""
        profile = look_at(merchant=self.merchant, code=code, actor_id=person(request).pk)
        return Response(ProfileShape(profile).data)


class CustomerTags(MerchantEndpoint):
    readers = writers = ANSWERING

    @extend_schema(parameters=[MERCHANT], request=TagBody, responses={201: TagShape})
    def post(self, request: Request, code: str) -> Response:
        """Put one of the merchant's own words on a customer; said again it stands as it is."""
        customer_of(self.merchant, code)
        name = body_of(request, TagBody)["name"]
        put = tag_customer(
            merchant=self.merchant, code=code, name=name, actor_id=person(request).pk, now=timezone.now()
        )
        return Response(TagShape(put.tag).data, status=201)


class CustomerTag(MerchantEndpoint):
    readers = writers = ANSWERING

    @extend_schema(parameters=[MERCHANT], responses={204: None})
    def delete(self, request: Request, code: str, tag_id: int) -> Response:
        """Take it off again."""
        customer = customer_of(self.merchant, code)
        tag = tags_of(self.merchant).filter(pk=tag_id).first()
        if tag is None:
            raise NoSuchTag
        untag(merchant=self.merchant, user=customer.user, name=tag.name, actor_id=person(request).pk)
        return Response(status=204)


class Tags(MerchantEndpoint):
    readers = ANSWERING

    @extend_schema(parameters=[MERCHANT], responses={200: TagOfShop(many=True)})
    def get(self, request: Request) -> Response:
        """The merchant's own words, by name; fifty at most."""
        return Response(TagOfShop(tags_of(self.merchant), many=True).data)
