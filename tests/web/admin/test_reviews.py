"""B7: operators find reviews and questions, and hide or show them through services, each act on record."""

import pytest
from django.test import Client
from django.urls import reverse

from common.models import AuditEntry
from tests.factories.accounts import make_merchant, make_user
from tests.factories.catalog import make_product
from tests.factories.reviews import make_imported, make_question, make_received, make_review
from tests.web.admin.conftest import Desk, decide, page_of
from tests.web.storefront.pages import queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway")]
REVIEWS = "admin:community_review_changelist"


def test_content_hides_a_review_with_a_reason_and_shows_it_again(desk: Desk) -> None:
    """B7 A7: asked first; without words nothing happens; only the decision that is open is offered."""
    said = make_review(make_received()[0])
    operator = desk("content")
    asked = operator.get(reverse("admin:community_review_hide", args=[said.pk]))
    assert "星级不再计入平均分" in asked.content.decode()
    decide(operator, "community_review_hide", said, note="")
    said.refresh_from_db()
    assert said.hidden_at is None
    decide(operator, "community_review_hide", said, note="辱骂")
    said.refresh_from_db()
    assert (said.hidden_at is not None, said.hidden_note) == (True, "辱骂")
    assert decide(operator, "community_review_hide", said, note="再来").status_code == 403
    decide(operator, "community_review_show", said)
    said.refresh_from_db()
    assert (said.hidden_at, said.hidden_note) == (None, "")
    assert AuditEntry.objects.filter(action__in=["review.hide", "review.show"]).count() == 2


def test_content_hides_a_question(desk: Desk) -> None:
    question = make_question(make_product(make_merchant()))
    operator = desk("content")
    assert "几号发货" in page_of(operator, question).content.decode()
    decide(operator, "community_question_hide", question, note="广告")
    question.refresh_from_db()
    assert question.hidden_note == "广告"
    assert AuditEntry.objects.get(action="question.hide").subject == f"question:{question.code}"


def test_who_is_not_content_neither_sees_nor_hides(desk: Desk) -> None:
    """A5."""
    question = make_question(make_product(make_merchant()))
    finance = desk("finance")
    assert finance.get(reverse(REVIEWS)).status_code == 403
    assert decide(finance, "community_question_hide", question, note="广告").status_code == 403
    question.refresh_from_db()
    assert question.hidden_at is None


def test_reviews_are_found_by_their_words_and_bounded(desk: Desk) -> None:
    orders = make_received(make_user(), make_user(name="Bob"))
    make_review(orders[0], text="脆甜")
    operator, url = desk("content"), reverse(REVIEWS)
    few = queries_of(operator, url)
    make_review(orders[1], text="磕了")
    said = make_imported(make_product(make_merchant("别家")), "一直喜欢", "用了两年")
    assert queries_of(operator, url) == few
    found = operator.get(url, {"q": "一直喜欢"}).context["cl"].result_list
    assert [review.pk for review in found] == [said[0].pk]
    assert operator.get(url, {"hidden_at__isempty": "0"}).context["cl"].result_count == 0


def test_strange_numbers_lead_back_to_the_list(chief: Client) -> None:
    assert chief.get("/admin/community/review/nonsense/change/").status_code == 302
    assert chief.get(reverse("admin:community_review_hide", args=[999_999])).status_code == 403


def test_the_pictures_of_a_review_are_seen_before_one_decides(desk: Desk) -> None:
    """B7: nobody judges a picture by the name of its file."""
    said = make_review(make_received()[0])
    photo = said.photos.create(position=0, large="reviews/l.webp", small="reviews/s.webp")
    page = page_of(desk("content"), said).content.decode()
    assert f'<img src="{photo.small.url}"' in page
