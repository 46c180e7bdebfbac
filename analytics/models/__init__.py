from analytics.models.days import ClosedDay, StaleDay
from analytics.models.facts import CampaignDay, ChannelDay, MerchantCourse, MerchantDay
from analytics.models.visit import Visit, VisitSalt

__all__ = ["CampaignDay", "ChannelDay", "ClosedDay", "MerchantCourse", "MerchantDay", "StaleDay", "Visit", "VisitSalt"]
