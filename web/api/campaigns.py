"""Campaigns: the hall, one campaign, what joining costs, joining."""

from typing import Any

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import User
from campaigns.selectors.hall import SHOWN, SORTS, hall
from campaigns.selectors.views import campaign_view
from campaigns.services.joining import join, quote
from catalog.models import Category
from catalog.selectors.categories import category_tree, with_descendants
from common.idempotency import Answer, Once
from community.selectors.communities import active_community, point_ids_of
from orders.services.placing import Placement
from web.api.campaign_shapes import CampaignDetail, CampaignSummary
from web.api.fields import Code, Query, Text
from web.api.idempotency import answer_in_one_call, respond
from web.api.joining_shapes import JoinBody, JoinedOrder, QuoteAnswer, QuoteBody, wanted
from web.api.reading import body_of, person, query_of
from web.devices import sight_program

LARGEST_PAGE = 50
LAST_PAGE = 500


class HallQuery(Query):
    shown = serializers.ChoiceField(choices=list(SHOWN), required=False, default="open")
    sort = serializers.ChoiceField(choices=list(SORTS), required=False, default="ending")
    category = serializers.IntegerField(required=False, min_value=1, max_value=2_147_483_647)
    community = Code(required=False, help_text="what its pick-up points hand over, and what is delivered")
    search = Text(required=False, default="", allow_blank=True, max_length=60)
    page = serializers.IntegerField(required=False, default=1, min_value=1, max_value=LAST_PAGE)
    page_size = serializers.IntegerField(required=False, default=20, min_value=1, max_value=LARGEST_PAGE)


class HallPage(serializers.Serializer[Any]):
    next_page = serializers.IntegerField(allow_null=True)
    results = CampaignSummary(many=True)


class Campaigns(APIView):
    permission_classes = (AllowAny,)

    @extend_schema(parameters=[HallQuery], responses={200: HallPage})
    def get(self, request: Request) -> Response:
        """The hall: what can be joined now, what opens soon, how it went."""
        query = query_of(request, HallQuery)
        size = query["page_size"]
        cards = hall(
            shown=query["shown"],
            category_ids=_categories(query.get("category")),
            point_ids=_points(query.get("community")),
            sort=query["sort"],
            search=query["search"],
            offset=(query["page"] - 1) * size,
            limit=size + 1,
        )
        following = query["page"] + 1 if len(cards) > size and query["page"] < LAST_PAGE else None
        return Response({"next_page": following, "results": CampaignSummary(cards[:size], many=True).data})


class CategoryShape(serializers.Serializer[Any]):
    id = serializers.IntegerField()
    name = serializers.CharField()
    parent_id = serializers.IntegerField(allow_null=True)
    depth = serializers.IntegerField()


class Categories(APIView):
    permission_classes = (AllowAny,)

    @extend_schema(responses={200: CategoryShape(many=True)})
    def get(self, request: Request) -> Response:
        """The category tree, parents before their children."""
        tree = [
            {"id": category.pk, "name": category.name, "parent_id": category.parent_id, "depth": depth}
            for depth, category in category_tree()
        ]
        return Response(CategoryShape(tree, many=True).data)


class OneCampaign(APIView):
    permission_classes = (AllowAny,)

    @extend_schema(responses={200: CampaignDetail})
    def get(self, request: Request, code: str) -> Response:
        """One campaign with its ladder, its progress and what is left."""
        viewer = request.user if isinstance(request.user, User) else None
        return Response(CampaignDetail(campaign_view(code, viewer=viewer, now=timezone.now())).data)


class QuoteCampaign(APIView):
    @extend_schema(request=QuoteBody, responses={200: QuoteAnswer})
    def post(self, request: Request, code: str) -> Response:
        """What joining would cost now, line by line. Takes nothing; good for fifteen minutes."""
        body = body_of(request, QuoteBody)
        quoted = quote(buyer=person(request), code=code, now=timezone.now(), **wanted(body))
        return Response(QuoteAnswer(quoted).data)


class JoinCampaign(APIView):
    moves_money_or_stock = ("POST",)

    @extend_schema(request=JoinBody, responses={201: JoinedOrder})
    def post(self, request: Request, code: str) -> Response:
        """Join: an order that waits for its payment until `expires_at`."""
        body = body_of(request, JoinBody)
        buyer = person(request)

        def place(once: Once[Placement]) -> str:
            asked, now = wanted(body), timezone.now()
            return join(buyer=buyer, code=code, quote_token=body["quote"], once=once, now=now, **asked).number

        answer = answer_in_one_call(request, place, answer=_placed)
        if answer.status == 201:
            sight_program(request, buyer, now=timezone.now())
        return respond(answer)


def _placed(placement: Placement) -> Answer:
    return Answer(status=201, body=JoinedOrder.shown(placement))


def _points(community: str | None) -> list[int] | None:
    """The pick-up points of a community; None for the whole city. Raises NoSuchCommunity."""
    return None if community is None else point_ids_of(active_community(community))


def _categories(category_id: int | None) -> list[int]:
    if category_id is None:
        return []
    return with_descendants(get_object_or_404(Category, pk=category_id))
