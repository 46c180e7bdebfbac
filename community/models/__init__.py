from community.models.community import Community, Membership
from community.models.review import Question, Review, ReviewPhoto
from community.models.segment import LeaderboardOptOut, MemberSegment, SegmentRule, Tag, UserTag
from community.models.sharing import Invitation, SharedOrder, ShareLink

__all__ = [
    "Community",
    "Invitation",
    "LeaderboardOptOut",
    "MemberSegment",
    "Membership",
    "Question",
    "Review",
    "ReviewPhoto",
    "SegmentRule",
    "ShareLink",
    "SharedOrder",
    "Tag",
    "UserTag",
]
