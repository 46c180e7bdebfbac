from analytics.models.days import ClosedDay, StaleDay
from analytics.models.facts import CampaignDay, ChannelDay, MerchantDay
from analytics.models.visit import Visit, VisitSalt

__all__ = ["CampaignDay", "ChannelDay", "ClosedDay", "MerchantDay", "StaleDay", "Visit", "VisitSalt"]
