"""Provinces, cities and districts, to choose an address from."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.regions import children, district, provinces
from web.api.fields import Query, Text
from web.api.reading import query_of


class RegionsQuery(Query):
    within = Text(required=False, max_length=6, help_text="only what lies right below this region")


class RegionShape(serializers.Serializer[Any]):
    """`is_deliverable` where nothing lies below: an address may name it."""

    code = serializers.CharField()
    name = serializers.CharField()
    is_deliverable = serializers.BooleanField()


class Regions(APIView):
    permission_classes = (AllowAny,)

    @extend_schema(
        parameters=[OpenApiParameter("within", str, pattern="^[0-9]{6}$")], responses={200: RegionShape(many=True)}
    )
    def get(self, request: Request) -> Response:
        """The provinces, or what lies right below a region."""
        within = query_of(request, RegionsQuery).get("within")
        found = children(within) if within else provinces()
        return Response(
            [{"code": one.code, "name": one.name, "is_deliverable": district(one.code) is not None} for one in found]
        )
