"""What a paid order does to its campaign, in the transaction that captures the money."""

import datetime as dt

from django.db import connection
from django.utils.translation import gettext_noop

from campaigns.events import PaymentCounted
from campaigns.models import CampaignOrder
from campaigns.sources import SOURCE
from common import events
from orders.contributions import on_paid
from orders.models import Order
from payments.states import RefundKind
from payments.subjects import NotWanted

COUNT_PERSON = """
UPDATE campaigns_participant SET paid_orders = paid_orders + 1
 WHERE campaign_id = %(campaign)s AND user_id = %(user)s RETURNING paid_orders
"""
COUNT = """
UPDATE campaigns_campaignprogress
   SET paid_participants = paid_participants + %(people)s, paid_pieces = paid_pieces + %(pieces)s
 WHERE campaign_id = %(campaign)s AND counts_fixed_at IS NULL
RETURNING paid_participants, paid_pieces
"""


def count_payment(order: Order, now: dt.datetime) -> None:
    """Count a paid order, once; after the counts are fixed it is too late (rule 7). The hot row comes last."""
    if order.source_kind != SOURCE:
        return
    mine = CampaignOrder.objects.get(pk=order.pk)
    CampaignOrder.objects.filter(pk=order.pk).update(counted_at=now)
    with connection.cursor() as cursor:
        cursor.execute(COUNT_PERSON, {"campaign": mine.campaign_id, "user": order.buyer_id})
        first = cursor.fetchone()[0] == 1
        cursor.execute(COUNT, {"campaign": mine.campaign_id, "people": int(first), "pieces": mine.pieces})
        counters = cursor.fetchone()
    if counters is None:
        raise NotWanted(kind=RefundKind.LATE, reason=gettext_noop("付款到账时已经截止"))
    events.publish(
        PaymentCounted(campaign_id=mine.campaign_id, order_id=order.pk, participants=counters[0], pieces=counters[1])
    )


on_paid.register("count_payment", count_payment)
