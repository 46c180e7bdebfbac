"""What neighbours did that others want to hear of."""

from dataclasses import dataclass

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
