"""The bare SQL that settling is measured against writes what settling writes."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone

from bench.rows.settle import BARE
from campaigns.models import Campaign
from campaigns.services.settling import settle
from orders.models import Order
from payments.services import ledger
from tests.factories.campaigns import fill, make_open
from tests.fixtures.gateways import NAME
from tests.seams.deliveries import effects, undone

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]
TABLES = (
    "payments.refund",
    "orders.refundline",
    "payments.ledgertransaction",
    "payments.ledgerentry",
    "catalog.stockmovement",
)


def rows_of_tables() -> Counter[str]:
    """How many rows there are in each of the tables that grow with the orders."""
    counted: Counter[str] = Counter()
    for row, times in effects().items():
        counted[row[0]] += times
    return Counter({table: counted[table] for table in TABLES})


def test_bare_sql_writes_as_many_rows_as_settling() -> None:
    now = timezone.now()
    campaign = make_open(now=now)
    fill(campaign, 5, now=now)
    ledger.refund_in_flight(NAME)
    before = rows_of_tables()
    with undone():
        settle(campaign_id=campaign.pk, now=now + dt.timedelta(days=1))
        ours = rows_of_tables() - before
        Campaign.objects.get(pk=campaign.pk, settled_at__isnull=False)
    with undone(), connection.cursor() as cursor:
        said: dict[str, Any] = {"campaign": campaign.pk, "code": campaign.code, "fen": 2690, "now": now}
        cursor.execute(BARE, said)
        bare = rows_of_tables() - before
        assert Order.objects.filter(status="preparing").count() == Order.objects.count()
    # What was not sold goes back to the shelf: the one row that does not grow with the orders.
    assert ours == bare + Counter({"catalog.stockmovement": 1})
    assert (bare["payments.refund"], bare["payments.ledgerentry"]) == (5, 10)
