"""What happens marks the days it tells something about; a sweep counts them again. See `analytics.services.folding`."""

import datetime as dt
from collections.abc import Sequence

from analytics.services.marking import mark_arrival, mark_orders, mark_result
from campaigns.events import CampaignDecided, OrderSettled
from common.events import handles, handles_many
from marketing.events import ChannelArrived, ChannelCredited
from orders.events import AfterSalesRefunded, OrderCancelled, OrderPaid, OrderPlaced


@handles_many(OrderPlaced)
def count_placed(events: Sequence[OrderPlaced], now: dt.datetime) -> None:
    """Somebody joined."""
    mark_orders(event.order_id for event in events)


@handles_many(OrderPaid)
def count_paid(events: Sequence[OrderPaid], now: dt.datetime) -> None:
    """Money came for an order, maybe of an earlier day."""
    mark_orders(event.order_id for event in events)


@handles_many(OrderCancelled)
def count_cancelled(events: Sequence[OrderCancelled], now: dt.datetime) -> None:
    """All of it goes back."""
    mark_orders(event.order_id for event in events)


@handles_many(OrderSettled)
def count_settled(events: Sequence[OrderSettled], now: dt.datetime) -> None:
    """The difference goes back."""
    mark_orders(event.order_id for event in events)


@handles_many(AfterSalesRefunded)
def count_after_sales(events: Sequence[AfterSalesRefunded], now: dt.datetime) -> None:
    """Some of it goes back."""
    mark_orders(event.order_id for event in events)


@handles_many(ChannelCredited)
def count_credited(events: Sequence[ChannelCredited], now: dt.datetime) -> None:
    """An order turned out to have come by a channel code."""
    mark_orders(event.order_id for event in events)


@handles(ChannelArrived)
def count_arrived(event: ChannelArrived, now: dt.datetime) -> None:
    """Somebody registered who came by a channel code."""
    mark_arrival(event.user_id)


@handles(CampaignDecided)
def count_decided(event: CampaignDecided, now: dt.datetime) -> None:
    """A campaign came to its result."""
    mark_result(event.campaign_id)
