"""What happens in marketing, for whoever stands above."""

from dataclasses import dataclass

from common.events import Event


@dataclass(frozen=True)
class ChannelCredited(Event):
    """An order is known to have come by a channel code."""

    order_id: int
    channel_id: int


@dataclass(frozen=True)
class ChannelArrived(Event):
    """Somebody who came by a channel code has registered."""

    user_id: int
    channel_id: int


@dataclass(frozen=True)
class RewardGranted(Event):
    reward_id: int
