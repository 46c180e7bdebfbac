"""What somebody takes part in right now."""

from accounts.models import User
from campaigns.models import Campaign
from campaigns.selectors.cards import CampaignCard, card, with_ladder
from campaigns.states import CampaignStatus

MOST = 5


def running_of(user: User, *, limit: int = MOST) -> list[CampaignCard]:
    """The open campaigns somebody has paid for, those that close first at the top, in a fixed number of queries."""
    mine = Campaign.objects.filter(status=CampaignStatus.OPEN, participants__user=user, participants__paid_orders__gt=0)
    return [card(campaign) for campaign in with_ladder(mine).order_by("closes_at", "pk")[:limit]]
