"""How much left the house, by day and channel."""

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass, field

from django.db.models import Count
from django.db.models.functions import TruncDate
from django.utils import timezone

from notifications.models import Dispatch


@dataclass
class DayOfChannel:
    """What became of the messages of one day for one channel."""

    day: dt.date
    channel: str
    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def by_day_and_channel(*, now: dt.datetime, days: int) -> list[DayOfChannel]:
    """The last days, newest first; one query."""
    since = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0) - dt.timedelta(days=days - 1)
    recent = Dispatch.objects.filter(created_at__gte=since).annotate(day=TruncDate("created_at")).order_by()
    found: dict[tuple[dt.date, str], DayOfChannel] = {}
    for day, channel, state, count in recent.values_list("day", "channel", "state").annotate(Count("pk")):
        found.setdefault((day, channel), DayOfChannel(day, channel)).counts[state] = count
    return [found[key] for key in sorted(found, key=lambda key: (-key[0].toordinal(), key[1]))]
