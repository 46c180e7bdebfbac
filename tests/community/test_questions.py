"""B7: who thinks of buying asks, the merchant answers, everybody reads both."""

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone

from catalog.models import Product
from common import budgets, events
from common.errors import InvalidField
from common.models import AuditEntry
from community.errors import AlreadyAnswered, NoSuchQuestion, TooManyQuestions
from community.models import Question
from community.selectors.questions import of_merchant, of_product
from community.selectors.reviews import unanswered
from community.services import questions
from community.services.hiding import hide
from community.services.questions import answer_question, ask
from notifications.models import Message
from tests.factories.accounts import make_merchant, make_operator, make_staff, make_user, owner_of
from tests.factories.catalog import make_product
from tests.factories.reviews import make_question
from tests.parallel import Meeting, at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("nothing_broken")]
NOW = timezone.now()


@pytest.fixture
def product() -> Product:
    return make_product(make_merchant())


def answer(question: Question, text: str = "明天发货", **changes: Any) -> Question:
    merchant = question.product.merchant
    fields: dict[str, Any] = {
        "merchant": merchant,
        "code": question.code,
        "actor_id": owner_of(merchant).pk,
        "now": NOW,
    }
    return answer_question(text=text, **fields | changes)


def test_bob_asks_and_the_merchant_answers(product: Product) -> None:
    """B7 K2: the people who answer are told, and then Bob."""
    bob = make_user(name="Bob")
    warehouse = make_staff(product.merchant, "warehouse")
    question = ask(author=bob, product=product, text=" 几号\n发货？ ", now=NOW)
    assert question.text == "几号 发货？"
    assert unanswered(product.merchant_id) == 1
    events.drain(now=NOW)
    told = Message.objects.get(kind="question_asked")
    assert (told.recipient, told.title, told.body) == (
        owner_of(product.merchant),
        "B** 问「红富士苹果」",
        "几号 发货？",
    )
    assert told.url == f"/backoffice/{product.merchant.code}/reviews/?show=questions"
    assert not Message.objects.filter(recipient=warehouse).exists()

    answer(question)
    events.drain(now=NOW)
    heard = Message.objects.get(kind="question_answered")
    assert (heard.recipient, heard.body) == (bob, "明天发货")
    assert heard.url == f"/products/{product.code}/reviews/?show=questions"
    assert AuditEntry.objects.get(action="question.answer").subject == f"question:{question.code}"
    assert unanswered(product.merchant_id) == 0


@pytest.mark.parametrize("text", ["", "  \n ", "问" * 201])
def test_a_question_has_between_one_and_two_hundred_signs(product: Product, text: str) -> None:
    with pytest.raises(InvalidField):
        ask(author=make_user(), product=product, text=text, now=NOW)
    assert not Question.objects.exists()


def test_ten_questions_a_day_are_enough(product: Product) -> None:
    """B7: the budget is the person's, over all products, and refills the next day."""
    bob, other = make_user(name="Bob"), make_product(make_merchant("梨园"))
    for number in range(10):
        ask(author=bob, product=other if number % 2 else product, text=f"问题 {number}", now=NOW)
    with pytest.raises(TooManyQuestions) as refused:
        ask(author=bob, product=product, text="再问一个", now=NOW)
    assert str(refused.value) == "今天已经提了 10 个问题，明天再来"
    assert Question.objects.count() == 10
    ask(author=make_user(name="Carol"), product=product, text="我问一个", now=NOW)
    ask(author=bob, product=product, text="明天的问题", now=NOW + dt.timedelta(days=1))


def test_a_question_sent_twice_is_one_until_it_is_answered(product: Product) -> None:
    bob = make_user(name="Bob")
    first, again = (ask(author=bob, product=product, text="几号 发货？", now=NOW) for _tap in range(2))
    assert first == again
    assert ask(author=make_user(name="Carol"), product=product, text="几号 发货？", now=NOW) != first
    answer(first)
    assert ask(author=bob, product=product, text="几号 发货？", now=NOW) != first


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_taps_at_once_ask_once(product: Product) -> None:
    """B7: the row of the budget lets them in one after the other."""
    bob = make_user(name="Bob")
    asked = at_once(6, lambda _tap: ask(author=bob, product=product, text="几号发货？", now=NOW))
    assert len({question.pk for question in asked}) == Question.objects.count() == 1


@pytest.mark.race
@pytest.mark.counter_test
@pytest.mark.django_db(transaction=True)
def test_without_the_budget_two_taps_ask_twice(product: Product, monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test: each looks, sees nothing, and asks."""
    meeting, bob = Meeting(), make_user(name="Bob")
    monkeypatch.setattr(budgets, "take", lambda *_what, **_how: True)
    publish = events.publish

    def after_both(*told: events.Event) -> None:
        meeting.wait()
        publish(*told)

    monkeypatch.setattr(questions.events, "publish", after_both)
    at_once(2, lambda _tap: ask(author=bob, product=product, text="几号发货？", now=NOW))
    assert Question.objects.count() == 2


def test_a_question_is_answered_once_and_by_its_merchant(product: Product) -> None:
    question = make_question(product)
    rival = make_merchant("隔壁果园")
    with pytest.raises(NoSuchQuestion):
        answer(question, merchant=rival, actor_id=owner_of(rival).pk)
    with pytest.raises(InvalidField):
        answer(question, "答" * 501)
    answer(question, "明天")
    with pytest.raises(AlreadyAnswered):
        answer(question, "后天")
    question.refresh_from_db()
    assert question.answer == "明天"


def test_what_waits_for_an_answer_stands_first_and_what_is_hidden_nowhere(product: Product) -> None:
    first, second, third = (make_question(product, text=f"问题 {number}") for number in range(3))
    answer(third)
    assert list(of_merchant(product.merchant)) == [second, first, third]
    hide(said=second, note="广告", actor_id=make_operator().pk, now=NOW)
    assert list(of_product(product)) == [third, first]
    assert list(of_merchant(product.merchant)) == [first, third]
    with pytest.raises(NoSuchQuestion):
        answer(second)
    assert AuditEntry.objects.get(action="question.hide").detail == {"note": "广告"}
