"""The bare SQL that the night is measured against writes what the night writes."""

import datetime as dt
from collections import Counter
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from bench import history
from bench.history import tell
from bench.members import live_on, tonight
from bench.rows.nightly_members import bare, night
from common.models import OutboxEvent
from tests.seams.deliveries import undone

pytestmark = pytest.mark.django_db
TABLES = (
    "community.MemberSegment",
    "community.MemberStanding",
    "analytics.MerchantDay",
    "analytics.CampaignDay",
    "analytics.ChannelDay",
    "analytics.ClosedDay",
)


def rows() -> Counter[tuple[Any, ...]]:
    """Every row that a night writes, but for the numbers that rows are given."""
    written: Counter[tuple[Any, ...]] = Counter()
    for label in TABLES:
        model = apps.get_model(label)
        columns = [field.attname for field in model._meta.concrete_fields if field.attname != "id"]
        written.update((label, *map(str, row)) for row in model._default_manager.values_list(*columns))
    for name, payload in OutboxEvent.objects.values_list("name", "payload"):
        written[name, str(sorted(payload.items()))] += 1
    return written


def test_bare_sql_writes_what_the_night_writes(monkeypatch: pytest.MonkeyPatch) -> None:
    """H7, B8, J1: a town of 300 in which some rise, some fall, some are warned, and most move to another segment."""
    monkeypatch.setattr(history, "SHOPS", 1)
    now = tonight(timezone.now())
    tell(now=now - dt.timedelta(days=6))
    live_on(members=300, now=now)
    before = rows()
    with undone():
        night(now=now)
        ours = rows()
    with undone():
        bare(now=now)
        assert rows() == ours
    written = Counter(row[0] for row in (ours - before).elements())
    assert (written["community.MemberSegment"], written["community.MemberStanding"]) == (300, 300)
    assert [written[table] for table in TABLES[2:]] == [7, 14, 7, 7]
    assert written.keys() - set(TABLES) == {"community.SegmentChanged", "community.TierChanged", "community.TierAtRisk"}
