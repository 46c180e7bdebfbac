"""Reading segments: in which one somebody is, by which rules, and how many there are."""

import datetime as dt

from django.db.models import Count, Exists, OuterRef

from common.clock import day_of, start_of
from community.models import MemberSegment, Membership, SegmentRule
from community.states import Segment

RULES = (
    "silent_days",
    "high_value_fen",
    "high_value_repeats",
    "dormant_below",
    "active_from",
    "repeats",
    "grown_days",
)


def segment_of(user_id: int) -> Segment | None:
    """In which segment somebody is; None who never joined a community. One query."""
    found = MemberSegment.objects.filter(user_id=user_id).values_list("segment", flat=True).first()
    return Segment(found) if found else None


def standing_rules() -> SegmentRule:
    """The thresholds that count now: the newest ones, or the documents' own before anybody changed them."""
    return SegmentRule.objects.order_by("-pk").first() or SegmentRule()


def outdated(*, now: dt.datetime) -> dt.datetime:
    """Whoever was placed before this instant has not been looked at today, or not by the rules that count."""
    midnight, made_at = start_of(day_of(now)), standing_rules().made_at
    return max(midnight, made_at) if made_at else midnight


def next_members(*, after: int, before: dt.datetime | None, limit: int) -> tuple[int, int] | None:
    """The first and the last key of so many members in a row, from the first one behind `after` who waits.

    Whoever is in no segment waits, or was placed before that instant; without one everybody. None where nobody does.
    """
    members = Membership.objects.order_by("user_id").values_list("user_id", flat=True)
    waiting = members.filter(user_id__gt=after)
    if before is not None:
        placed = MemberSegment.objects.filter(user_id=OuterRef("user_id"), computed_at__gte=before)
        waiting = waiting.filter(~Exists(placed))
    first = waiting.first()
    if first is None:
        return None
    return first, max(members.filter(user_id__gte=first)[:limit])


def is_due(*, now: dt.datetime) -> bool:
    """Whether there are members who wait to be placed today. Three queries."""
    return next_members(after=0, before=outdated(now=now), limit=1) is not None


def counts() -> list[tuple[Segment, int]]:
    """How many members are in each segment, in the order of the rules; one query."""
    grouped: dict[str, int] = dict(MemberSegment.objects.values_list("segment").annotate(Count("pk")).order_by())
    return [(segment, grouped.get(segment.value, 0)) for segment in Segment]
