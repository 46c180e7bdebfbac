"""Settling a campaign of 10,000 paid orders, each with a difference that goes back. ÷ bare SQL that writes the rows."""

import time
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from bench.row import Row
from bench.seeding import BIG, ORDERS
from bench.vacuuming import vacuum
from campaigns.models import Campaign, CampaignOrder, TierPrice
from campaigns.services.settling import settle
from payments.models import LedgerAccount, Refund
from payments.states import AccountKind

BARE = Path(settings.BASE_DIR / "bench" / "sql" / "settle_campaign.sql").read_text(encoding="utf-8")


def prepare() -> Campaign:
    """The deadline is over; the account that the bare statements book into is open."""
    Campaign.objects.filter(code=BIG).update(closes_at=timezone.now())
    LedgerAccount.objects.get_or_create(kind=AccountKind.REFUND_IN_FLIGHT, gateway="sandbox")
    vacuum()
    return Campaign.objects.get(code=BIG)


def ours(campaign: Campaign) -> float:
    """Orders per second, from the deadline to the end."""
    started = time.perf_counter()
    settle(campaign_id=campaign.pk, now=timezone.now())
    seconds = time.perf_counter() - started
    assert Campaign.objects.get(pk=campaign.pk).settled_at
    return _settled(campaign) / seconds


def reference(campaign: Campaign) -> float:
    """Orders per second, in one transaction."""
    final = TierPrice.objects.filter(tier__campaign=campaign).order_by("unit_price_fen")[0].unit_price_fen
    said: dict[str, Any] = {"campaign": campaign.pk, "code": campaign.code, "fen": final, "now": timezone.now()}
    started = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(BARE, said)
    return _settled(campaign) / (time.perf_counter() - started)


def _settled(campaign: Campaign) -> int:
    """How many orders are settled: all of them, each with its refund."""
    count = CampaignOrder.objects.filter(campaign=campaign, settled_at__isnull=False).count()
    assert count == Refund.objects.count() == ORDERS, count
    return count


ROW = Row(
    name="settle",
    unit="orders/s settled ÷ bare set-based SQL writing the same rows",
    bar=0.35,
    prepare=prepare,
    ours=ours,
    reference=reference,
    fresh=True,
)
