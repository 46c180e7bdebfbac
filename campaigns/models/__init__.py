from campaigns.models.campaign import Campaign, CampaignProgress
from campaigns.models.participation import CampaignOrder, Participant, TierReached
from campaigns.models.reminder import Reminder
from campaigns.models.sketch import Sketch
from campaigns.models.tier import CampaignSku, Tier, TierPrice

__all__ = [
    "Campaign",
    "CampaignOrder",
    "CampaignProgress",
    "CampaignSku",
    "Participant",
    "Reminder",
    "Sketch",
    "Tier",
    "TierPrice",
    "TierReached",
]
