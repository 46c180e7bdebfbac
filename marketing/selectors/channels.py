"""Channel codes: which there are, and which of them an order is owed to."""

import datetime as dt
from collections.abc import Sequence

from django.db.models import F, Q, QuerySet

from accounts.models import Merchant
from marketing.errors import NoSuchChannel
from marketing.models import ChannelArrival, ChannelCode
from orders.models import Order


def channels_of(merchant: Merchant) -> QuerySet[ChannelCode]:
    """A merchant's codes, the newest first, those in use before the others."""
    mine = ChannelCode.objects.filter(merchant=merchant).select_related("campaign")
    return mine.order_by(F("retired_at").desc(nulls_first=True), "-pk")


def channel_of(merchant: Merchant, code: str) -> ChannelCode:
    """One of a merchant's codes. Raises NoSuchChannel."""
    channel = channels_of(merchant).filter(code=code).first()
    if channel is None:
        raise NoSuchChannel
    return channel


def channel_by(code: str) -> ChannelCode:
    """Any code, retired ones too: it may be printed somewhere. Raises NoSuchChannel."""
    channel = ChannelCode.objects.select_related("campaign").filter(code=code).first()
    if channel is None:
        raise NoSuchChannel
    return channel


def first_in_use(codes: Sequence[str]) -> ChannelCode | None:
    """The first of these codes that still counts."""
    return _first(codes, Q())


def first_for(codes: Sequence[str], order: Order) -> ChannelCode | None:
    """The first of these codes that leads to the seller of an order: a code of theirs, or of the platform."""
    return _first(codes, Q(merchant_id=order.merchant_id) | Q(merchant__isnull=True))


def touched_by(user_id: int, *, since: dt.datetime) -> list[str]:
    """The code somebody came by when they registered, if that was since then."""
    arrivals = ChannelArrival.objects.filter(pk=user_id, arrived_at__gte=since)
    return list(arrivals.values_list("channel__code", flat=True))


def _first(codes: Sequence[str], wanted: Q) -> ChannelCode | None:
    found = {channel.code: channel for channel in ChannelCode.objects.in_use().filter(wanted, code__in=codes)}
    return next((found[code] for code in codes if code in found), None)
