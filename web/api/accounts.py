"""My account: who I am, where things are delivered to me, what I have been told."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Address, User
from accounts.selectors.addresses import address_of, addresses_of
from accounts.services.addresses import add_address, remove_address
from accounts.services.profile import update_profile
from notifications.models import Message
from notifications.selectors.inbox import messages_of, unread_count
from notifications.services.inbox import mark_read
from web.api.fields import Body, Text, WholeNumber
from web.api.reading import body_of, person

MOST_MESSAGES = 200


class Me(serializers.ModelSerializer[User]):
    """One's own account; nobody else is ever shown this."""

    class Meta:
        model = User
        fields = ("code", "phone", "name", "language", "joined_at")
        read_only_fields = fields


class ProfileBody(Body):
    name = Text(max_length=30, allow_blank=True)
    language = serializers.ChoiceField(choices=settings.LANGUAGES)


class SavedAddress(serializers.ModelSerializer[Address]):
    class Meta:
        model = Address
        fields = ("code", "name", "phone", "region", "region_code", "detail", "is_default")
        read_only_fields = fields


class AddressBody(Body):
    name = Text(max_length=30)
    phone = Text(max_length=20)
    region_code = Text(max_length=6, help_text="six digits of a district, see /regions/")
    detail = Text(max_length=120, help_text="street, building, door")
    is_default = serializers.BooleanField(required=False, default=False)


class InboxMessage(serializers.ModelSerializer[Message]):
    class Meta:
        model = Message
        fields = ("id", "kind", "title", "body", "url", "sent_at", "read_at")
        read_only_fields = fields


class ReadBody(Body):
    """Which messages have been read; without `ids` all of them."""

    ids = serializers.ListField(child=WholeNumber(min_value=1), required=False, max_length=MOST_MESSAGES)


class Unread(serializers.Serializer[Any]):
    unread = serializers.IntegerField()


class MyAccount(APIView):
    @extend_schema(responses={200: Me})
    def get(self, request: Request) -> Response:
        """Who is signed in."""
        return Response(Me(person(request)).data)

    @extend_schema(request=ProfileBody, responses={200: Me})
    def put(self, request: Request) -> Response:
        """What I am called, and which language I read."""
        user = update_profile(user=person(request), now=timezone.now(), **body_of(request, ProfileBody))
        return Response(Me(user).data)


class Addresses(APIView):
    @extend_schema(responses={200: SavedAddress(many=True)})
    def get(self, request: Request) -> Response:
        """My addresses, the default one first."""
        return Response(SavedAddress(addresses_of(person(request)), many=True).data)

    @extend_schema(request=AddressBody, responses={201: SavedAddress})
    def post(self, request: Request) -> Response:
        """Add an address."""
        address = add_address(user=person(request), **body_of(request, AddressBody))
        return Response(SavedAddress(address).data, status=201)


class OneAddress(APIView):
    @extend_schema(responses={204: None})
    def delete(self, request: Request, code: str) -> Response:
        """Remove an address. Orders keep what they were sent to."""
        remove_address(address=address_of(person(request), code), now=timezone.now())
        return Response(status=204)


class Messages(ListAPIView):
    """My messages, newest first."""

    serializer_class = InboxMessage
    queryset = Message.objects.none()

    def get_queryset(self) -> Any:
        return messages_of(person(self.request).pk)


class MessagesRead(APIView):
    @extend_schema(request=ReadBody, responses={200: Unread})
    def post(self, request: Request) -> Response:
        """Mark messages as read; answers how many are still unread."""
        user = person(request)
        mark_read(user_id=user.pk, message_ids=body_of(request, ReadBody).get("ids"), now=timezone.now())
        return Response({"unread": unread_count(user.pk)})
