"""A town of members before its night: buyers with a past of half a year, and neighbours who only share and check in."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from bench.history import tell
from bench.multiplying import Past, multiply
from bench.seeding import the_shop
from common.clock import day_of, start_of
from community.models import CheckIn, MemberTier
from community.services.communities import found_community
from community.services.segmenting.ruling import change_rules
from community.states import CommunityKind
from marketing.services.channels import make_channel
from marketing.states import ChannelKind
from payments.services.points import PointsChange, book

TOWN = Path(settings.BASE_DIR / "bench" / "sql" / "town.sql").read_text(encoding="utf-8")
DAYS, TIMES = 180, 3
# A past of one copy takes ten days; what is counted tonight are the last seven.
LAST_WEEK = dt.timedelta(days=9)
# What the goods of the past cost makes few rich: so much leads up here.
THRESHOLDS = {"silver": (2_000, 30), "gold": (6_000, 60)}
# For each check-in.
POINTS = 2
HIGH_VALUE = {"high_value_fen": 4_000, "high_value_repeats": 1}


def tonight(now: dt.datetime) -> dt.datetime:
    """A few minutes past the last midnight, when the night's work begins."""
    return start_of(day_of(now)) + dt.timedelta(minutes=5)


def fill(*, members: int, now: dt.datetime) -> None:
    """Fill a database that is only migrated: an order for each member, by a third of them, in half a year."""
    past = Past(copies=members // 100, days=DAYS, times=TIMES)
    tell(now=now - past.began + LAST_WEEK)
    multiply(past)
    live_on(members=members, now=now)


@transaction.atomic
def live_on(*, members: int, now: dt.datetime) -> None:
    """Around the buyers of a past a town of so many members, as last night left it."""
    _change_thresholds(now=now - dt.timedelta(days=100))
    with connection.cursor() as cursor:
        cursor.execute(TOWN, {"members": members, "points": POINTS, "now": now, **_places(now=now)})
    _book_points(now=now)


def _change_thresholds(*, now: dt.datetime) -> None:
    for code, (spend, growth) in THRESHOLDS.items():
        MemberTier.objects.filter(code=code).update(spend_fen_12m=spend, growth=growth)
    change_rules(thresholds=HIGH_VALUE, actor_id=the_shop().owner.pk, now=now)


def _places(*, now: dt.datetime) -> dict[str, int]:
    community = found_community(
        name="锦绣花园",
        kind=CommunityKind.ESTATE,
        region_code="330106",
        address="文三路 1 号",
        latitude=Decimal("30.27"),
        longitude=Decimal("120.13"),
        points=[],
        actor_id=None,
        now=now,
    )
    channel = make_channel(merchant=None, name="海报", kind=ChannelKind.NOTICE_BOARD, actor_id=None, now=now)
    return {"community": community.pk, "channel": channel.pk}


def _book_points(*, now: dt.datetime) -> None:
    """What all of them earned by checking in, as one booking: the books owe what the accounts say."""
    earned = POINTS * CheckIn.objects.count() * settings.POINTS_VALUE_FEN
    book([PointsChange("town", the_shop().owner.pk, earned)], now=now)
