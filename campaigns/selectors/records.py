"""Rule 18: what a merchant's past campaigns say of it."""

from dataclasses import dataclass

from django.db.models import Count, Q

from campaigns.models import Campaign
from campaigns.states import CloseReason

CALLED_OFF = Q(close_reason=CloseReason.MERCHANT)


@dataclass(frozen=True)
class Record:
    """How many campaigns have closed, and how many of them the merchant called off while neighbours could join."""

    closed: int
    called_off: int


def record_of(merchant_id: int) -> Record:
    """One query. What was called off before it opened disappointed nobody and does not count."""
    closed = Campaign.objects.filter(merchant_id=merchant_id, closing_since__isnull=False)
    return Record(**closed.aggregate(closed=Count("merchant"), called_off=Count("merchant", filter=CALLED_OFF)))
