"""Reading segments: in which one somebody is, by which rules, and how many there are."""

import datetime as dt

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
    """Whether there are members who have not been looked at today. Two queries."""
    old = MemberSegment.objects.filter(computed_at__lt=start_of(day_of(now)))
    unknown = Membership.objects.filter(user__member_segment=None)
    return old.exists() or unknown.exists()
