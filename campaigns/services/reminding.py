"""C5: be told when a campaign opens."""

import datetime as dt

from django.db import transaction

from accounts.models import User
from campaigns.errors import AlreadyOpened, NoSuchCampaign
from campaigns.locks import lock_campaign
from campaigns.models import Campaign, Reminder
from campaigns.states import CampaignStatus


@transaction.atomic
def remind(*, user: User, code: str, now: dt.datetime) -> None:
    """Tell this person once the campaign opens; asking again changes nothing. Raises NoSuchCampaign, AlreadyOpened.

    Under the lock of the campaign, so that nobody is written down just after all who asked have been told.
    """
    campaign = Campaign.objects.public().filter(code=code).first()
    if campaign is None:
        raise NoSuchCampaign
    waiting = Campaign.objects.filter(status=CampaignStatus.SCHEDULED)
    if lock_campaign(waiting, campaign.pk) is None:
        raise AlreadyOpened
    Reminder.objects.bulk_create([Reminder(campaign=campaign, user=user, asked_at=now)], ignore_conflicts=True)


def forget(*, user: User, code: str) -> None:
    """Do not tell this person after all; quiet where they never asked, or were told already."""
    Reminder.objects.filter(campaign__code=code, user=user, told_at__isnull=True).delete()
