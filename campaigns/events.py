"""What happens to campaigns, for whoever stands above."""

from dataclasses import dataclass

from common.events import Event


@dataclass(frozen=True)
class CampaignSubmitted(Event):
    campaign_id: int


@dataclass(frozen=True)
class CampaignApproved(Event):
    campaign_id: int


@dataclass(frozen=True)
class CampaignSentBack(Event):
    campaign_id: int


@dataclass(frozen=True)
class CampaignOpened(Event):
    campaign_id: int


@dataclass(frozen=True)
class PaymentCounted(Event):
    """A paid order entered the count; the counters as they were right after it."""

    campaign_id: int
    order_id: int
    participants: int
    pieces: int


@dataclass(frozen=True)
class CampaignExtended(Event):
    campaign_id: int


@dataclass(frozen=True)
class CampaignDecided(Event):
    """The counts are fixed and the outcome stands. `status` is succeeded, failed or cancelled."""

    campaign_id: int
    status: str


@dataclass(frozen=True)
class OrderSettled(Event):
    """One order of a successful campaign got its final price."""

    campaign_id: int
    order_id: int
    difference_fen: int


@dataclass(frozen=True)
class CampaignSettled(Event):
    """Every order of a decided campaign is settled and what was not sold is back on the shelf."""

    campaign_id: int
