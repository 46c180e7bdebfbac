"""What happens marks the days it tells something about; a sweep counts them again. See `analytics.services.folding`."""

import datetime as dt

from analytics.services.marking import mark_arrival, mark_order, mark_result
from campaigns.events import CampaignDecided, OrderSettled
from common.events import handles
from marketing.events import ChannelArrived, ChannelCredited
from orders.events import AfterSalesRefunded, OrderCancelled, OrderPaid, OrderPlaced


@handles(OrderPlaced)
def count_placed(event: OrderPlaced, now: dt.datetime) -> None:
    """Somebody joined."""
    mark_order(event.order_id)


@handles(OrderPaid)
def count_paid(event: OrderPaid, now: dt.datetime) -> None:
    """Money came for an order, maybe of an earlier day."""
    mark_order(event.order_id)


@handles(OrderCancelled)
def count_cancelled(event: OrderCancelled, now: dt.datetime) -> None:
    """All of it goes back."""
    mark_order(event.order_id)


@handles(OrderSettled)
def count_settled(event: OrderSettled, now: dt.datetime) -> None:
    """The difference goes back."""
    mark_order(event.order_id)


@handles(AfterSalesRefunded)
def count_after_sales(event: AfterSalesRefunded, now: dt.datetime) -> None:
    """Some of it goes back."""
    mark_order(event.order_id)


@handles(ChannelCredited)
def count_credited(event: ChannelCredited, now: dt.datetime) -> None:
    """An order turned out to have come by a channel code."""
    mark_order(event.order_id)


@handles(ChannelArrived)
def count_arrived(event: ChannelArrived, now: dt.datetime) -> None:
    """Somebody registered who came by a channel code."""
    mark_arrival(event.user_id)


@handles(CampaignDecided)
def count_decided(event: CampaignDecided, now: dt.datetime) -> None:
    """A campaign came to its result."""
    mark_result(event.campaign_id)
