"""Who is told: merchants of what was said and asked, authors of what was answered; and newcomers find their place."""

import datetime as dt
from typing import Any

from accounts.models import Merchant
from accounts.selectors.staff import recipient, staff_recipients
from common.events import handles
from community.events import MemberJoined, QuestionAnswered, QuestionAsked, ReviewAnswered, ReviewWritten
from community.models import Question, Review
from community.services.segmenting.recomputing import place_members
from community.states import ANSWERING
from notifications.services.inbox import tell


@handles(ReviewWritten)
def tell_review_written(event: ReviewWritten, now: dt.datetime) -> None:
    """The merchant hears what a buyer said."""
    review = Review.objects.select_related("product__merchant", "author").get(pk=event.review_id)
    _tell_merchant(review.product.merchant, review, page="", now=now)


@handles(QuestionAsked)
def tell_question_asked(event: QuestionAsked, now: dt.datetime) -> None:
    """The merchant hears what a neighbour wants to know."""
    question = Question.objects.select_related("product__merchant", "author").get(pk=event.question_id)
    _tell_merchant(question.product.merchant, question, page="?show=questions", now=now)


@handles(ReviewAnswered)
def tell_review_answered(event: ReviewAnswered, now: dt.datetime) -> None:
    """The buyer hears what the merchant says to it."""
    review = Review.objects.select_related("product", "author").get(pk=event.review_id)
    _tell_author(review, page="", now=now)


@handles(QuestionAnswered)
def tell_question_answered(event: QuestionAnswered, now: dt.datetime) -> None:
    """Who asked hears the answer."""
    question = Question.objects.select_related("product", "author").get(pk=event.question_id)
    _tell_author(question, page="?show=questions", now=now)


@handles(MemberJoined)
def place_newcomer(event: MemberJoined, now: dt.datetime) -> None:
    """H7: who joins, or comes back, is in their segment at once and not only after the night."""
    place_members(user_ids=[event.user_id], now=now)


def _tell_merchant(merchant: Merchant, said: Review | Question, *, page: str, now: dt.datetime) -> None:
    tell(
        recipients=staff_recipients(merchant.pk, roles=ANSWERING),
        kind="review_written" if isinstance(said, Review) else "question_asked",
        url=f"/backoffice/{merchant.code}/reviews/{page}",
        now=now,
        **_about(said),
    )


def _tell_author(said: Review | Question, *, page: str, now: dt.datetime) -> None:
    assert said.author is not None
    tell(
        recipients=[recipient(said.author)],
        kind="review_answered" if isinstance(said, Review) else "question_answered",
        url=f"/products/{said.product.code}/reviews/{page}",
        now=now,
        **_about(said),
    )


def _about(said: Review | Question) -> dict[str, Any]:
    kind = "review" if isinstance(said, Review) else "question"
    return {"about": f"{kind}:{said.code}", "context": {"said": said, "product": said.product}}
