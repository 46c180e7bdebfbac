"""What buyers say and neighbours ask."""

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy, pgettext_lazy

from accounts.models import Merchant
from community.models import Question, Review
from community.selectors import questions, reviews
from web.backoffice.access import Right
from web.backoffice.exports.contributing import contribute
from web.backoffice.reviews import WAITING

GOODS = pgettext_lazy("one", "商品")


def reviews_of(merchant: Merchant, query: QueryDict) -> QuerySet[Review]:
    """All of them, or those that wait for an answer."""
    return reviews.waiting(merchant) if query.get("show", WAITING) == WAITING else reviews.of_merchant(merchant)


def questions_of(merchant: Merchant, _query: QueryDict) -> QuerySet[Question]:
    return questions.of_merchant(merchant)


contribute(
    "reviews",
    gettext_lazy("评价"),
    Right.ANSWER,
    find=reviews_of,
    columns=[
        (gettext_lazy("评价时间"), lambda review: review.written_at),
        (GOODS, lambda review: review.product.name),
        (gettext_lazy("星级"), lambda review: review.stars),
        (gettext_lazy("内容"), lambda review: review.text),
        (gettext_lazy("买家"), lambda review: review.author.shown_name if review.author else ""),
        (pgettext_lazy("one", "订单"), lambda review: review.order_line.order.number if review.order_line else ""),
        (gettext_lazy("来源"), lambda review: review.source),
        (gettext_lazy("商家回复"), lambda review: review.answer),
        (gettext_lazy("回复时间"), lambda review: review.answered_at),
    ],
)
contribute(
    "questions",
    gettext_lazy("提问"),
    Right.ANSWER,
    find=questions_of,
    columns=[
        (gettext_lazy("时间"), lambda question: question.asked_at),
        (GOODS, lambda question: question.product.name),
        (gettext_lazy("问题"), lambda question: question.text),
        (gettext_lazy("提问人"), lambda question: question.author.shown_name),
        (gettext_lazy("回答"), lambda question: question.answer),
        (gettext_lazy("回答时间"), lambda question: question.answered_at),
    ],
)
