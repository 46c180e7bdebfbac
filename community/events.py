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
