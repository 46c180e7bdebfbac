"""The lock on a campaign: it keeps others from changing it, and does not stop neighbours from joining."""

from django.db.models import QuerySet

from campaigns.models import Campaign


def lock_campaign(campaigns: QuerySet[Campaign], campaign_id: int) -> Campaign | None:
    """The campaign, locked, if it is among these once the lock is held."""
    return campaigns.select_for_update(of=("self",), no_key=True).filter(pk=campaign_id).first()
