"""What has to be counted again: days of shops of which something has changed."""

import datetime as dt
from collections.abc import Iterable

from django.db import connection, transaction

from analytics.models import StaleDay
from campaigns.models import Campaign
from common.clock import day_of
from marketing.models import ChannelArrival

TAKE_VISITS = "UPDATE analytics_visit SET is_counted = true WHERE NOT is_counted RETURNING day, merchant_id"
INSTANTS = """
SELECT placed_at, merchant_id FROM orders_order WHERE id = ANY (%(ids)s)
UNION
SELECT later.paid_at, later.merchant_id
  FROM orders_order AS mine
  JOIN orders_order AS later
    ON later.buyer_id = mine.buyer_id AND later.merchant_id = mine.merchant_id AND later.paid_at >= mine.paid_at
 WHERE mine.id = ANY (%(ids)s)
UNION
SELECT requested_at, merchant_id FROM orders_refundline WHERE order_id = ANY (%(ids)s)
"""

Stale = tuple[dt.date, int | None]


def mark(stale: Iterable[Stale]) -> None:
    """Remember these days of these shops, in one order everywhere, so that two who mark never wait for each other."""
    ordered = sorted(set(stale), key=lambda each: (each[0], each[1] or 0))
    StaleDay.objects.bulk_create(
        (StaleDay(day=day, merchant_id=merchant_id) for day, merchant_id in ordered), ignore_conflicts=True
    )


def mark_orders(order_ids: Iterable[int]) -> None:
    """Every day that these orders tell something about, whatever has happened to them by now.

    That is the day each was placed, those on which some of it was to go back, and the days on which its buyer paid that
    shop since: whoever comes after is no new customer any more.
    """
    with connection.cursor() as cursor:
        cursor.execute(INSTANTS, {"ids": sorted(set(order_ids))})
        mark((day_of(instant), merchant_id) for instant, merchant_id in cursor.fetchall())


def mark_result(campaign_id: int) -> None:
    """The day on which a campaign came to its result."""
    campaign = Campaign.objects.only("merchant_id", "decided_at").get(pk=campaign_id)
    if campaign.decided_at:
        mark([(day_of(campaign.decided_at), campaign.merchant_id)])


def mark_arrival(user_id: int) -> None:
    """The day on which somebody registered who came by a channel code."""
    arrival = ChannelArrival.objects.select_related("channel").filter(pk=user_id).first()
    if arrival:
        mark([(day_of(arrival.arrived_at), arrival.channel.merchant_id)])


@transaction.atomic
def mark_visited() -> None:
    """The days and shops that somebody has looked at since this was asked last: visits publish no event."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE_VISITS)
        mark(cursor.fetchall())
