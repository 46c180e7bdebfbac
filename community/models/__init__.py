from community.models.community import Community, Membership
from community.models.review import Question, Review, ReviewPhoto
from community.models.sharing import Invitation, SharedOrder, ShareLink

__all__ = [
    "Community",
    "Invitation",
    "Membership",
    "Question",
    "Review",
    "ReviewPhoto",
    "ShareLink",
    "SharedOrder",
]
