"""Communities: which there are, to look at the hall from one of them."""

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from community.selectors.communities import listed
from community.states import CommunityKind
from web.api.fields import Query, Text
from web.api.reading import query_of


class CommunityQuery(Query):
    """With a position, the nearest come first."""

    search = Text(required=False, default="", allow_blank=True, max_length=60)
    latitude = serializers.DecimalField(9, 6, required=False, min_value=Decimal(-90), max_value=Decimal(90))
    longitude = serializers.DecimalField(9, 6, required=False, min_value=Decimal(-180), max_value=Decimal(180))


class CommunityShape(serializers.Serializer[Any]):
    code = serializers.CharField(source="community.code")
    name = serializers.CharField(source="community.name")
    kind = serializers.ChoiceField(choices=CommunityKind.choices, source="community.kind")
    district = serializers.CharField()
    address = serializers.CharField(source="community.address")
    latitude = serializers.DecimalField(9, 6, source="community.latitude")
    longitude = serializers.DecimalField(9, 6, source="community.longitude")
    members = serializers.IntegerField()
    metres = serializers.IntegerField(allow_null=True, help_text="how far away, where a position was sent")


class Communities(APIView):
    permission_classes = (AllowAny,)

    @extend_schema(parameters=[CommunityQuery], responses={200: CommunityShape(many=True)})
    def get(self, request: Request) -> Response:
        """At most sixty communities, found by characters, pinyin or initials."""
        query = query_of(request, CommunityQuery)
        latitude, longitude = query.get("latitude"), query.get("longitude")
        near = None if latitude is None or longitude is None else (latitude, longitude)
        return Response(CommunityShape(listed(search=query["search"], near=near), many=True).data)
