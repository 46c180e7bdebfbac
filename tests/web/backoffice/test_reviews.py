"""B7: the merchant's people read what was said and asked, and answer in place."""

from pathlib import Path

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from community.models import Question, Review
from community.services.questions import answer_question
from tests.factories.accounts import make_merchant, make_picture, make_staff, make_user, owner_of
from tests.factories.catalog import make_sku
from tests.factories.reviews import make_imported, make_question, make_received, make_review
from tests.web.backoffice.desks import FIELD_ERROR, Desk
from tests.web.storefront.pages import next_of, queries_of, says
from web import counting
from web.keyset import page_of_stretches

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]


@pytest.fixture(autouse=True)
def own_media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def support_of(said: Review | Question) -> Desk:
    merchant = said.product.merchant
    return Desk(make_staff(merchant, "support"), merchant)


def test_support_answers_a_review_where_it_stands() -> None:
    """B7 A5: without scripts; answered it waits no more."""
    said = make_review(make_received(make_user("13811112222", name="王小明"))[0], stars=2, text="磕了两个")
    desk = support_of(said)
    page = desk.read("reviews/")
    assert 'class="side__nav"' in page
    assert "磕了两个" in page
    assert "王**" in page
    assert "13811112222" not in page
    assert said.order_line is not None
    assert said.order_line.order.number in page

    answer = desk.post(f"reviews/{said.code}/answer/", text="抱歉，补你两个", show="waiting")

    assert answer["Location"] == desk.url("reviews/?show=waiting")
    said.refresh_from_db()
    assert said.answer == "抱歉，补你两个"
    assert "没有等着回复的" in desk.read("reviews/")
    assert "抱歉，补你两个" in desk.read("reviews/", show="all")


def test_nobody_is_said_to_hear_the_answer_to_an_imported_review() -> None:
    said = make_imported(make_sku(make_merchant()).product, "甜")[0]
    desk = support_of(said)
    desk.post(f"reviews/{said.code}/answer/", text="谢谢", show="all")
    page = desk.read("reviews/", show="all")
    assert "回复已发布" in page
    assert "对方会收到消息" not in page


def test_a_no_is_said_in_place_and_what_was_typed_stays() -> None:
    said = make_review(make_received()[0])
    desk = support_of(said)
    assert FIELD_ERROR in desk.post(f"reviews/{said.code}/answer/", text="").content.decode()
    desk.post(f"reviews/{said.code}/answer/", text="谢谢")
    late = desk.client.post(desk.url(f"reviews/{said.code}/answer/"), {"text": "我也谢谢", "show": "all"}, follow=True)
    assert "已经有同事回复过了，刷新看看" in says(late)
    said.refresh_from_db()
    assert said.answer == "谢谢"
    question = make_question(said.product)
    for wrong in ("答" * 501, " \x07 "):
        answer = desk.post(f"questions/{question.code}/answer/", text=wrong).content.decode()
        assert FIELD_ERROR in answer
        assert wrong.strip() in answer


def test_questions_wait_under_their_own_tab() -> None:
    question = make_question(make_sku(make_merchant()).product)
    desk = support_of(question)
    assert "几号发货？" not in desk.read("reviews/")
    assert "几号发货？" in desk.read("reviews/", show="questions")
    desk.post(f"questions/{question.code}/answer/", text="明天")
    question.refresh_from_db()
    assert question.answer == "明天"
    assert "明天" in desk.read("reviews/", show="questions")


def test_imported_reviews_wait_for_nothing() -> None:
    product = make_sku(make_merchant()).product
    said = make_imported(product, "一直喜欢")[0]
    desk = support_of(said)
    assert "没有等着回复的" in desk.read("reviews/")
    page = desk.get("reviews/", show="all")
    assert "来自「严选」的评价 一直喜欢" in says(page)
    assert "<textarea" not in page.content.decode()


def test_the_list_asks_no_more_for_more_rows() -> None:
    merchant = make_merchant()
    orders = make_received(*(make_user() for _ in range(5)), merchant=merchant)
    make_review(orders[0], photos=[make_picture()])
    desk = Desk(owner_of(merchant), merchant)
    few = queries_of(desk.client, desk.url("reviews/"))
    for order in orders[1:]:
        make_review(order, photos=[make_picture()])
    assert queries_of(desk.client, desk.url("reviews/")) == few <= 14


def test_strange_tabs_show_what_waits() -> None:
    question = make_question(make_sku(make_merchant()).product)
    merchant = question.product.merchant
    actor = owner_of(merchant)
    answer_question(merchant=merchant, code=question.code, text="明天", actor_id=actor.pk, now=timezone.now())
    desk = Desk(actor, merchant)
    assert "没有等着回复的" in desk.read("reviews/", show="x", page="-3")


def test_long_lists_are_read_on_from_where_one_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reliability 17: every review once, the newest first, and those that are over counted so far."""
    product = make_sku(make_merchant()).product
    said = make_imported(product, *(f"甜 {number}" for number in range(5)))
    desk = support_of(said[0])
    monkeypatch.setattr(counting, "MOST_COUNTED", 2)
    monkeypatch.setattr(page_of_stretches, "__kwdefaults__", {"size": 3})
    first = desk.read("reviews/", show="all")
    second = desk.read(f"reviews/{next_of(first)}")
    shown = [[number for number in range(5) if f"甜 {number}" in page] for page in (first, second)]
    assert [len(page) for page in shown] == [3, 2]
    assert sorted(shown[0] + shown[1]) == [0, 1, 2, 3, 4]
    assert '全部评价<span class="count">2+</span>' in second
    assert '待回复评价<span class="count">0</span>' in second
