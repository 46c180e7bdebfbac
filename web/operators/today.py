"""The numbers of today for the operators' front page; counted at most once a minute, whoever looks."""

import datetime as dt
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Count, Q, Sum
from django.utils import timezone

from accounts.models import User
from campaigns.models import Campaign
from campaigns.states import CampaignStatus
from orders.models import Order
from payments.models import Refund

KEEP_SECONDS = 60


@dataclass(frozen=True)
class Today:
    """Since midnight, by the clock of the house."""

    orders: int
    paid_fen: int
    refunded_fen: int
    newcomers: int
    open_campaigns: int
    closing_tonight: int


def today(now: dt.datetime) -> Today:
    """How the day goes so far."""
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    key = f"operators-today:{midnight:%Y%m%d}"
    counted = cache.get(key)
    if counted is None:
        counted = _count(midnight)
        cache.set(key, counted, KEEP_SECONDS)
    return counted


def _count(midnight: dt.datetime) -> Today:
    paid = Order.objects.filter(paid_at__gte=midnight).aggregate(count=Count("pk"), sum=Sum("payable_fen"))
    back = Refund.objects.filter(done_at__gte=midnight).aggregate(sum=Sum("amount_fen"))
    tonight = Q(closes_at__lt=midnight + dt.timedelta(days=1))
    running = Campaign.objects.filter(status=CampaignStatus.OPEN).aggregate(
        count=Count("pk"), tonight=Count("pk", filter=tonight)
    )
    return Today(
        orders=paid["count"],
        paid_fen=paid["sum"] or 0,
        refunded_fen=back["sum"] or 0,
        newcomers=User.objects.filter(joined_at__gte=midnight).count(),
        open_campaigns=running["count"],
        closing_tonight=running["tonight"],
    )
