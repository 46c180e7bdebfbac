"""B7: who thinks of buying asks, the merchant answers, and everybody reads both."""

import datetime as dt

from django.db import transaction

from accounts.models import Merchant, User
from catalog.models import Product
from common import audit, budgets, events
from community.errors import AlreadyAnswered, TooManyQuestions
from community.events import QuestionAnswered, QuestionAsked
from community.models import Question
from community.selectors.questions import for_merchant
from community.services.words import cleaned, on_one_line

LONGEST_QUESTION = 200
LONGEST_ANSWER = 500
MOST_A_DAY = 10


@transaction.atomic
def ask(*, author: User, product: Product, text: str, now: dt.datetime) -> Question:
    """Ask the merchant about a product; the same question again, while it waits, is the one that was asked.

    Raises InvalidField, and TooManyQuestions after ten in a day. The budget's row lets two taps in one after the other.
    """
    words = on_one_line(text, longest=LONGEST_QUESTION)
    if not budgets.take("ask", author.code, limit=MOST_A_DAY, window=dt.timedelta(days=1), now=now):
        raise TooManyQuestions(most=MOST_A_DAY)
    asked = Question.objects.shown().filter(product=product, author=author, text=words, answer="").first()
    if asked is not None:
        return asked
    question = Question.objects.create(product=product, author=author, text=words, asked_at=now)
    events.publish(QuestionAsked(question_id=question.pk))
    return question


@transaction.atomic
def answer_question(*, merchant: Merchant, code: str, text: str, actor_id: int, now: dt.datetime) -> Question:
    """Answer a question about one of the merchant's products, once.

    Raises NoSuchQuestion, AlreadyAnswered, InvalidField.
    """
    question = for_merchant(merchant, code)
    words = cleaned(text, longest=LONGEST_ANSWER)
    unanswered = Question.objects.filter(pk=question.pk, answer="")
    if unanswered.update(answer=words, answered_at=now) != 1:
        raise AlreadyAnswered
    audit.record(actor_id=actor_id, action="question.answer", subject=f"question:{code}")
    events.publish(QuestionAnswered(question_id=question.pk))
    question.answer, question.answered_at = words, now
    return question
