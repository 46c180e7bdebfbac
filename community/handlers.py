"""Who is told: merchants of what was said and asked, authors of what was answered. And what is given: a place among
the members, points, a tier."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.conf import settings

from accounts.models import Merchant, User
from accounts.selectors.staff import recipient, staff_recipients
from accounts.services.shop_robots import post_to_shop
from common.events import handles, handles_many
from community.events import (
    GrowthChanged,
    MemberJoined,
    QuestionAnswered,
    QuestionAsked,
    ReviewAnswered,
    ReviewWritten,
    TierAtRisk,
    TierChanged,
)
from community.models import MemberStanding, MemberTier, Question, Review
from community.services.points.purchases import follow_purchase, follow_purchases
from community.services.points.rewarding import reward
from community.services.points.spending import follow_refund
from community.services.segmenting.recomputing import place_member
from community.services.standings.reviewing import refresh
from community.states import ANSWERING, PointsKind
from notifications.services.inbox import tell
from orders.events import AfterSalesRefunded, OrderCancelled, OrderCompleted, OrderPaid, OrderReceived
from orders.models import Order


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
    place_member(user_id=event.user_id, now=now)


@handles_many(OrderPaid)
def promise_points(events: Sequence[OrderPaid], now: dt.datetime) -> None:
    """H6: points for buying are promised as soon as the money is there."""
    follow_purchases(order_ids=[event.order_id for event in events], now=now)


@handles(OrderCompleted)
def give_points(event: OrderCompleted, now: dt.datetime) -> None:
    """H6: the purchase is final, its points can be spent."""
    follow_purchase(order_id=event.order_id, now=now)


@handles(OrderCancelled)
def forget_points(event: OrderCancelled, now: dt.datetime) -> None:
    """H6: nothing was bought, nothing is promised."""
    follow_purchase(order_id=event.order_id, now=now)


@handles(AfterSalesRefunded)
def take_points_back(event: AfterSalesRefunded, now: dt.datetime) -> None:
    """H6: what goes back earns nothing, and returns the points that paid for it."""
    follow_purchase(order_id=event.order_id, now=now)
    follow_refund(order_id=event.order_id, now=now)


@handles(ReviewWritten)
def give_points_for_review(event: ReviewWritten, now: dt.datetime) -> None:
    """H6: each review counts once."""
    review = Review.objects.get(pk=event.review_id)
    assert review.author_id is not None
    amount = settings.POINTS_FOR_REVIEW
    reward(user_id=review.author_id, kind=PointsKind.REVIEW, amount=amount, source=review.code, now=now)


@handles(OrderReceived)
def count_month(event: OrderReceived, now: dt.datetime) -> None:
    """B8: a month with a purchase may be the third in a row."""
    _refresh_buyer(event.order_id, now)


@handles(OrderCompleted)
def count_purchase(event: OrderCompleted, now: dt.datetime) -> None:
    """B8: who has bought enough rises at once."""
    _refresh_buyer(event.order_id, now)


@handles(GrowthChanged)
def count_growth(event: GrowthChanged, now: dt.datetime) -> None:
    """B8: so does who has grown enough."""
    refresh(user_ids=[event.user_id], now=now)


@handles(TierChanged)
def tell_tier_changed(event: TierChanged, now: dt.datetime) -> None:
    """B8: somebody hears that their tier rose, or fell."""
    tier = MemberTier.objects.get(pk=event.tier_id)
    since = MemberStanding.objects.values_list("since", flat=True).get(pk=event.user_id)
    kind = "member_tier_raised" if event.up else "member_tier_lowered"
    _tell_member(event.user_id, kind, about=f"tier:{tier.code}:{since.isoformat()}", now=now, tier=tier)


@handles(TierAtRisk)
def tell_tier_at_risk(event: TierAtRisk, now: dt.datetime) -> None:
    """B8: nobody falls without having been told in time."""
    standing = MemberStanding.objects.select_related("tier").get(pk=event.user_id)
    day = dt.date.fromisoformat(event.review_on)
    about = f"tier-review:{event.review_on}"
    _tell_member(event.user_id, "member_tier_at_risk", about=about, now=now, tier=standing.tier, kept_until=day)


def _refresh_buyer(order_id: int, now: dt.datetime) -> None:
    refresh(user_ids=[Order.objects.values_list("buyer_id", flat=True).get(pk=order_id)], now=now)


def _tell_member(user_id: int, kind: str, *, about: str, now: dt.datetime, **context: Any) -> None:
    told = recipient(User.objects.get(pk=user_id))
    tell(recipients=[told], kind=kind, about=about, context=context, url="/me/member/", now=now)


def _tell_merchant(merchant: Merchant, said: Review | Question, *, page: str, now: dt.datetime) -> None:
    told = _about(said) | {
        "kind": "review_written" if isinstance(said, Review) else "question_asked",
        "url": f"/backoffice/{merchant.code}/reviews/{page}",
        "now": now,
    }
    tell(recipients=staff_recipients(merchant.pk, roles=ANSWERING), **told)
    post_to_shop(merchant=merchant, **told)


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
