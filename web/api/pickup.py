"""Where neighbours fetch their goods."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.generics import ListAPIView
from rest_framework.permissions import AllowAny

from campaigns.selectors.views import get_public
from orders.models import PickupPoint
from orders.selectors.pickup import points_in_use
from web.api.fields import Code, Query
from web.api.order_shapes import Point
from web.api.pagination import Alphabet
from web.api.reading import query_of


class PointsQuery(Query):
    campaign = Code(required=False, help_text="only the points of this campaign")


class PickupPoints(ListAPIView):
    """Pick-up points in use, of all merchants or of one campaign."""

    permission_classes = (AllowAny,)
    pagination_class = Alphabet
    serializer_class = Point
    queryset = PickupPoint.objects.none()

    @extend_schema(parameters=[OpenApiParameter("campaign", str, pattern="^[0-9A-HJKMNP-TV-Z]{10}$")])
    def get(self, request: Any, *args: Any, **kwargs: Any) -> Any:
        return super().get(request, *args, **kwargs)

    def get_queryset(self) -> Any:
        campaign = query_of(self.request, PointsQuery).get("campaign")
        points = points_in_use()
        return points.filter(campaigns=get_public(campaign)) if campaign else points
