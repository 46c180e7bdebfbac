from community.models.community import Community, Membership
from community.models.customer import Customer
from community.models.points import CheckIn, PointsAccount, PointsEntry
from community.models.review import Question, Review, ReviewPhoto
from community.models.segment import LeaderboardOptOut, MemberSegment, SegmentRule, Tag, UserTag
from community.models.sharing import Invitation, SharedOrder, ShareLink
from community.models.tiers import MemberPrice, MemberStanding, MemberTier, TierBenefit

__all__ = [
    "CheckIn",
    "Community",
    "Customer",
    "Invitation",
    "LeaderboardOptOut",
    "MemberPrice",
    "MemberSegment",
    "MemberStanding",
    "MemberTier",
    "Membership",
    "PointsAccount",
    "PointsEntry",
    "Question",
    "Review",
    "ReviewPhoto",
    "SegmentRule",
    "ShareLink",
    "SharedOrder",
    "Tag",
    "TierBenefit",
    "UserTag",
]
