"""H6, B8: my points, today's check-in, my tier and what it gives."""

from typing import Any

from django.conf import settings
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import ListAPIView
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from community.models import CheckIn, PointsEntry, TierBenefit
from community.selectors.points import entries_of, expiring, points_of
from community.selectors.standings import membership_of
from community.services.checking_in import check_in
from community.states import BenefitKind
from web.api.reading import person
from web.benefits import said

LATEST = 20


class EntryOfPoints(serializers.ModelSerializer[PointsEntry]):
    """One line of somebody's points; what was spent, taken back or expired is negative."""

    word = serializers.CharField(source="get_kind_display", help_text="what it was, in the reader's language")
    points = serializers.IntegerField(source="delta")
    order = serializers.CharField(source="subject", help_text="number of what it belongs to; empty without one")

    class Meta:
        model = PointsEntry
        fields = ("made_at", "kind", "word", "points", "status", "order", "expires_at")
        read_only_fields = fields


class Points(serializers.Serializer[Any]):
    balance = serializers.IntegerField(help_text="may be spent at checkout")
    worth_fen = serializers.IntegerField()
    pending = serializers.IntegerField(help_text="spendable once the orders behind them are completed")
    debt = serializers.IntegerField(help_text="taken back above the balance; the next earnings pay it first")
    expiring = serializers.IntegerField(help_text="within thirty days, if nothing is spent until then")
    entries = EntryOfPoints(many=True, help_text="the latest; all of them under entries/")


class CheckedIn(serializers.ModelSerializer[CheckIn]):
    class Meta:
        model = CheckIn
        fields = ("day", "streak")
        read_only_fields = fields


class Benefit(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=BenefitKind.choices)
    value = serializers.IntegerField(help_text="fen, basis points or nothing, by its kind")
    word = serializers.SerializerMethodField(help_text="what it gives, in the reader's language")

    def get_word(self, benefit: TierBenefit) -> str:
        return said(benefit.kind, benefit.value)


class Tier(serializers.Serializer[Any]):
    code = serializers.CharField()
    name = serializers.CharField()
    rank = serializers.IntegerField()
    benefits = Benefit(many=True, source="benefits.all")


class WayUp(serializers.Serializer[Any]):
    """One of the ways to the next tier; any of them is enough."""

    figure = serializers.ChoiceField(choices=["spend", "growth", "months"], help_text="spend is in fen")
    needed = serializers.IntegerField()
    there = serializers.IntegerField()


class MemberShape(serializers.Serializer[Any]):
    tier = Tier()
    since = serializers.DateTimeField(source="standing.since", default=None, allow_null=True)
    falls_on = serializers.DateField(
        source="standing.review_on", default=None, allow_null=True, help_text="unless the tier is earned again by then"
    )
    next_tier = Tier(allow_null=True)
    ways = WayUp(many=True)


class MyPoints(APIView):
    @extend_schema(responses={200: Points})
    def get(self, request: Request) -> Response:
        """What I have of points, and their latest entries."""
        user = person(request)
        account = points_of(user)
        shown = {
            "balance": account.balance,
            "worth_fen": account.balance * settings.POINTS_VALUE_FEN,
            "pending": account.pending,
            "debt": account.debt,
            "expiring": expiring(account, now=timezone.now()),
            "entries": entries_of(user)[:LATEST],
        }
        return Response(Points(shown).data)


class MyPointsEntries(ListAPIView):
    """Where each of my points came from and where it went, newest first."""

    serializer_class = EntryOfPoints
    queryset = PointsEntry.objects.none()

    def get_queryset(self) -> Any:
        return entries_of(person(self.request))


class MyCheckIn(APIView):
    @extend_schema(request=None, responses={200: CheckedIn})
    def post(self, request: Request) -> Response:
        """Be here today. Each day counts once, however often it is told."""
        return Response(CheckedIn(check_in(user=person(request), now=timezone.now())).data)


class MyMembership(APIView):
    @extend_schema(responses={200: MemberShape})
    def get(self, request: Request) -> Response:
        """My tier, what it gives, and the ways to the next one."""
        return Response(MemberShape(membership_of(person(request))).data)
