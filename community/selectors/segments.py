"""Reading segments: in which one somebody is, by which rules, and how many there are."""

import datetime as dt

from django.db.models import Count

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


def is_due(*, now: dt.datetime) -> bool:
    """Whether there are members who have not been looked at today, or not by the rules that count. Three queries."""
    rules = standing_rules()
    since = max(start_of(day_of(now)), rules.made_at or start_of(day_of(now)))
    old = MemberSegment.objects.filter(computed_at__lt=since)
    unknown = Membership.objects.filter(user__member_segment=None)
    return old.exists() or unknown.exists()


def counts() -> list[tuple[Segment, int]]:
    """How many members are in each segment, in the order of the rules; one query."""
    grouped: dict[str, int] = dict(MemberSegment.objects.values_list("segment").annotate(Count("pk")).order_by())
    return [(segment, grouped.get(segment.value, 0)) for segment in Segment]
