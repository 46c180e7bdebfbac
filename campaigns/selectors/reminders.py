"""Who waits for which campaign to open."""

from accounts.models import User
from campaigns.models import Campaign, Reminder
from campaigns.selectors.cards import CampaignCard, card, with_ladder
from campaigns.states import CampaignStatus


def awaited_codes(user: User) -> frozenset[str]:
    """The codes of the campaigns this person waits for."""
    waiting = Reminder.objects.filter(user=user, campaign__status=CampaignStatus.SCHEDULED)
    return frozenset(waiting.values_list("campaign__code", flat=True))


def awaited_by(user: User) -> list[CampaignCard]:
    """The campaigns this person waits for, the one that opens next first."""
    waiting = Campaign.objects.filter(reminders__user=user, status=CampaignStatus.SCHEDULED)
    return [card(campaign) for campaign in with_ladder(waiting.order_by("opens_at", "pk"))]
