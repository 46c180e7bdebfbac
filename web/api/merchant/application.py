"""A2: asking to become a merchant, and how that stands."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Merchant
from accounts.selectors.staff import application_of, merchants_of, role_in
from accounts.services.merchants import apply
from accounts.states import StaffRole
from common.errors import NotFound
from web.api.fields import Body, Text
from web.api.reading import body_of, person


class ApplicationBody(Body):
    name = Text(max_length=60, help_text="the shop's name")
    contact_name = Text(max_length=30)
    contact_phone = Text(max_length=20)
    licence_number = Text(max_length=30, help_text="the 18 characters of the unified social credit code")
    licence = serializers.FileField(help_text="a picture of the licence: JPEG, PNG or WebP, at most 10 MB")


class Application(serializers.ModelSerializer[Merchant]):
    class Meta:
        model = Merchant
        fields = ("code", "name", "status", "decision_note", "applied_at", "decided_at")
        read_only_fields = fields


class WorkPlace(serializers.ModelSerializer[Merchant]):
    role = serializers.SerializerMethodField()

    class Meta:
        model = Merchant
        fields = ("code", "name", "status", "trusted", "role")
        read_only_fields = fields

    def get_role(self, merchant: Merchant) -> StaffRole | None:
        return role_in(self.context["user"], merchant)


class WorkPlaces(APIView):
    @extend_schema(responses={200: WorkPlace(many=True)})
    def get(self, request: Request) -> Response:
        """The merchants I work for, and as what."""
        mine = merchants_of(person(request))
        return Response(WorkPlace(mine, many=True, context={"user": person(request)}).data)


class MyApplication(APIView):
    parser_classes = (MultiPartParser,)

    @extend_schema(responses={200: Application})
    def get(self, request: Request) -> Response:
        """How my application stands."""
        merchant = application_of(person(request))
        if merchant is None:
            raise NotFound
        return Response(Application(merchant).data)

    @extend_schema(request={"multipart/form-data": ApplicationBody}, responses={201: Application})
    def post(self, request: Request) -> Response:
        """Apply with a licence; after a rejection, apply again."""
        body: dict[str, Any] = body_of(request, ApplicationBody)
        merchant = apply(user=person(request), now=timezone.now(), **body)
        return Response(Application(merchant).data, status=201)
