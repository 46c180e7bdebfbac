"""J1: the numbers of a shop, day by day, as they stand on its page of numbers."""

import datetime as dt
from dataclasses import fields
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response

from analytics.figures import Figures
from analytics.metrics import ALL, Unit
from analytics.models import MerchantDay
from analytics.selectors.facts import report
from analytics.selectors.periods import ONE_DAY
from common.clock import day_of
from web.api.fields import Query
from web.api.merchant.access import MERCHANT, MerchantEndpoint
from web.api.reading import query_of
from web.roles import COUNTING

LONGEST_DAYS = 366
DEFAULT_DAYS = 30
# What is counted of channel codes only.
OF_CHANNELS = {"newcomers"}
COUNTED = {field.name for field in fields(Figures)}


class NumbersQuery(Query):
    """Both ends are days in Beijing and included."""

    since = serializers.DateField(required=False, help_text="29 days before `until` without it")
    until = serializers.DateField(required=False, help_text="today without it")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        until = attrs.get("until") or day_of(timezone.now())
        since = attrs.get("since") or until - (DEFAULT_DAYS - 1) * ONE_DAY
        if not dt.date(2000, 1, 1) <= since <= until <= dt.date(2100, 1, 1):
            raise serializers.ValidationError({"since": [_("开始的日子要在结束以前")]})
        if (until - since).days >= LONGEST_DAYS:
            raise serializers.ValidationError({"since": [_("一次最多查 366 天")]})
        return {"since": since, "until": until}


class FiguresShape(serializers.Serializer[Figures]):
    """Amounts in fen, rates in basis points, `benefit_return` in hundredths; null: there is nothing to divide by."""

    def get_fields(self) -> dict[str, Any]:
        return {
            metric.key: serializers.IntegerField(
                help_text=str(metric.definition), allow_null=metric.key not in COUNTED and metric.unit != Unit.COUNT
            )
            for metric in ALL
            if metric.key not in OF_CHANNELS
        }


class DayShape(serializers.Serializer[Any]):
    day = serializers.DateField(source="since")
    figures = FiguresShape()


class NumbersShape(serializers.Serializer[Any]):
    """`now` is the period asked for, `before` as many days before it; days without anything are there too."""

    since = serializers.DateField()
    until = serializers.DateField()
    now = FiguresShape()
    before = FiguresShape()
    days = DayShape(many=True, source="stretches")


class Numbers(MerchantEndpoint):
    """For whoever may see the numbers of a shop: its owner, managers and accountants."""

    readers = COUNTING

    @extend_schema(parameters=[MERCHANT, NumbersQuery], responses={200: NumbersShape})
    def get(self, request: Request) -> Response:
        """What each day brought, and the whole beside the days before. Counted within half a minute."""
        asked = query_of(request, NumbersQuery)
        return Response(NumbersShape(report(MerchantDay.objects.filter(merchant=self.merchant), **asked)).data)
