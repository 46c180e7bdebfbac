"""The leaderboards of my community, and staying off them."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from community.selectors.communities import community_of
from community.selectors.leaderboards import is_hidden, leaderboard, months_of
from community.services.leaderboards import set_hidden
from community.states import Board
from web.api.fields import Body, Query, Text
from web.api.reading import body_of, person, query_of


class BoardQuery(Query):
    board = serializers.ChoiceField(choices=Board.choices, default=Board.AMOUNT.value)
    month = Text(required=False, default="", allow_blank=True, max_length=7, help_text='such as "2026-11"')


class RankShape(serializers.Serializer[Any]):
    place = serializers.IntegerField(help_text="of a tie each has the same place, and the places after it are left out")
    name = serializers.CharField(source="shown_name", help_text="masked")
    result = serializers.IntegerField(help_text="fen after refunds, pieces, or people")
    is_me = serializers.BooleanField()


class BoardShape(serializers.Serializer[Any]):
    community = serializers.CharField(help_text="its code; empty who lives nowhere yet")
    board = serializers.ChoiceField(choices=Board.choices)
    month = serializers.CharField()
    months = serializers.ListField(child=serializers.CharField(), help_text="those that have boards, newest first")
    first = RankShape(many=True)
    mine = RankShape(allow_null=True, help_text="my own place, however low")
    people = serializers.IntegerField(help_text="how many are ranked")
    hidden = serializers.BooleanField(help_text="whether I have opted out")


class HiddenBody(Body):
    hidden = serializers.BooleanField()


class MyLeaderboard(APIView):
    @extend_schema(parameters=[BoardQuery], responses={200: BoardShape})
    def get(self, request: Request) -> Response:
        """My neighbours ranked for a month; this month's board for a month that has none."""
        return _answer(request)

    @extend_schema(request=HiddenBody, parameters=[BoardQuery], responses={200: BoardShape})
    def patch(self, request: Request) -> Response:
        """Leave the boards, or come back to them."""
        user = person(request)
        set_hidden(user=user, hidden=body_of(request, HiddenBody)["hidden"], now=timezone.now())
        return _answer(request)


def _answer(request: Request) -> Response:
    user, asked = person(request), query_of(request, BoardQuery)
    shape: dict[str, Any] = {"community": "", "board": asked["board"], "month": "", "months": [], "first": []}
    shape |= {"mine": None, "people": 0, "hidden": is_hidden(user)}
    mine = community_of(user)
    if mine is not None:
        months = {f"{month:%Y-%m}": month for month in months_of(mine, now=timezone.now())}
        word = asked["month"] if asked["month"] in months else next(iter(months))
        shown = leaderboard(mine, board=Board(asked["board"]), month=months[word], me=user)
        shape |= {"community": mine.code, "month": word, "months": list(months)}
        shape |= {"first": shown.first, "mine": shown.mine, "people": shown.people}
    return Response(BoardShape(shape).data)
