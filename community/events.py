"""What neighbours did that others want to hear of."""

from dataclasses import dataclass
from typing import Any

from common.events import Event


@dataclass(frozen=True)
class ReviewWritten(Event):
    review_id: int


@dataclass(frozen=True)
class ReviewAnswered(Event):
    """Only of a buyer's review: nobody waits for the answer to an imported one."""

    review_id: int


@dataclass(frozen=True)
class QuestionAsked(Event):
    question_id: int


@dataclass(frozen=True)
class QuestionAnswered(Event):
    question_id: int


@dataclass(frozen=True)
class MemberJoined(Event):
    """Somebody belongs to a community from now on; `first` says that they belonged to none before."""

    membership_id: int
    user_id: int
    first: bool


@dataclass(frozen=True)
class BenefitFlagged(Event):
    """A check wants a person to look at what somebody is given; `evidence` are numbers and public codes."""

    user_id: int
    kind: str
    source: str
    check: str
    reason: str
    evidence: dict[str, Any]


@dataclass(frozen=True)
class SegmentChanged(Event):
    """A member is in another segment than before; `was` is empty for who had none."""

    user_id: int
    was: str
    now: str


@dataclass(frozen=True)
class GrowthChanged(Event):
    """Points that somebody earned by doing something can be spent, or were taken back: the growth value changed."""

    user_id: int


@dataclass(frozen=True)
class TierChanged(Event):
    """Somebody has another tier than before; `up` says whether it is a higher one."""

    user_id: int
    tier_id: int
    up: bool


@dataclass(frozen=True)
class TierAtRisk(Event):
    """Somebody's tier falls on this day (ISO) unless it is earned again until then."""

    user_id: int
    review_on: str
