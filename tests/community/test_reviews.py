"""B7: a purchase is reviewed by who received it, once, and the merchant answers."""

import datetime as dt
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from PIL import Image
from pytest_django.fixtures import Settings

from common import events
from common.errors import Conflict, InvalidField
from common.invariants import check_all
from common.models import AuditEntry, OutboxEvent
from common.pictures import NotAPicture
from community.errors import (
    AlreadyAnswered,
    AlreadyReviewed,
    NoSuchReview,
    NotReceivedYet,
    TooManyPhotos,
)
from community.models import Question, Review, ReviewPhoto
from community.selectors.reviews import counts_of, of_product, summary, to_review, unanswered
from community.services import reviews
from community.services.hiding import hide, show
from community.services.reviews import answer_review, write_review
from notifications.models import Message
from orders.errors import NoSuchOrder
from orders.models import Order
from tests.factories.accounts import make_merchant, make_operator, make_picture, make_staff, make_user, owner_of
from tests.factories.campaigns import join_and_pay, make_open
from tests.factories.catalog import make_product, make_sku
from tests.factories.reviews import make_imported, make_question, make_received, make_review, product_of
from tests.parallel import Meeting, at_once

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("scripted_gateway", "nothing_broken")]
NOW = timezone.now()


@pytest.fixture(autouse=True)
def own_media(settings: Settings, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT = tmp_path
    return tmp_path


def review(order: Order, **changes: Any) -> Review:
    """What Alice writes about the first line of her order."""
    fields: dict[str, Any] = {
        "author": order.buyer,
        "order_number": order.number,
        "line_id": order.lines.order_by("pk")[0].pk,
        "stars": 5,
        "text": "脆甜",
        "now": NOW,
    }
    return write_review(**fields | changes)


def answer(of: Review, text: str = "谢谢，明年还来", **changes: Any) -> Review:
    merchant = of.product.merchant
    fields: dict[str, Any] = {"merchant": merchant, "code": of.code, "actor_id": owner_of(merchant).pk, "now": NOW}
    return answer_review(text=text, **fields | changes)


def test_alice_reviews_what_she_picked_up() -> None:
    """B7: stars, words and photos of a line she received, kept in two sizes without what the camera wrote."""
    order = make_received()[0]
    said = review(
        order, stars=4, text="  脆甜\r\n\r\n\r\n\r\n个头匀称 👨‍👩‍👧\x00 ", photos=[make_picture(width=1600, height=800)]
    )
    assert (said.stars, said.text, said.author, said.product) == (
        4,
        "脆甜\n\n个头匀称 👨‍👩‍👧",
        order.buyer,
        product_of(order),
    )
    photo = said.photos.get()
    assert [Image.open(file).size for file in (photo.large, photo.small)] == [(1200, 600), (300, 150)]
    assert "licence" not in str(photo.large)
    assert OutboxEvent.objects.get(name="community.ReviewWritten").payload == {"review_id": said.pk}


def test_the_merchants_people_are_told_of_a_review_and_its_author_of_the_answer() -> None:
    """B7 K2: owner, manager and support hear of it; the warehouse does not. No phone and no name in full."""
    order = make_received(make_user("13811112222", name="王小明"))[0]
    support, warehouse = make_staff(order.merchant, "support"), make_staff(order.merchant, "warehouse")
    said = review(order, stars=3, text="有两个磕了")
    events.drain(now=NOW)
    told = Message.objects.filter(kind="review_written")
    assert set(told.values_list("recipient", flat=True)) == {owner_of(order.merchant).pk, support.pk}
    assert not told.filter(recipient=warehouse).exists()
    message = told.get(recipient=support)
    assert (message.title, message.body) == ("王** 给「红富士苹果」3 星", "有两个磕了")
    assert message.url == f"/backoffice/{order.merchant.code}/reviews/"

    answer(said, "抱歉，少一个补一个")
    events.drain(now=NOW)
    message = Message.objects.get(kind="review_answered")
    assert (message.recipient, message.body) == (order.buyer, "抱歉，少一个补一个")
    assert message.url == f"/products/{said.product.code}/reviews/"


def test_before_the_goods_are_there_nothing_can_be_said() -> None:
    order = join_and_pay(make_user(), make_open())
    with pytest.raises(NotReceivedYet):
        review(order)
    assert not Review.objects.exists()


def test_nobody_reviews_an_order_of_somebody_else() -> None:
    """A5: neither with her number nor with her line."""
    hers, his = make_received(make_user(), make_user(name="Bob"))
    with pytest.raises(NoSuchOrder):
        review(hers, author=his.buyer)
    with pytest.raises(NoSuchOrder):
        review(his, line_id=hers.lines.get().pk)
    assert not Review.objects.exists()


@pytest.mark.parametrize("changes", [{"stars": 0}, {"stars": 6}, {"text": "好" * 1001}])
def test_what_makes_no_sense_is_refused_at_its_field(changes: dict[str, Any]) -> None:
    with pytest.raises(InvalidField) as refused:
        review(make_received()[0], **changes)
    assert refused.value.params["field"] in changes
    assert not Review.objects.exists()


def test_words_are_not_required_and_a_thousand_signs_fit() -> None:
    hers, his = make_received(make_user(), make_user(name="Bob"))
    assert review(hers, text="").text == ""
    assert len(review(his, text="好" * 1000).text) == 1000


def test_six_photos_are_enough() -> None:
    order = make_received()[0]
    with pytest.raises(TooManyPhotos) as refused:
        review(order, photos=[make_picture() for _ in range(7)])
    assert str(refused.value) == "最多 6 张照片，去掉几张再发布"
    assert review(order, photos=[make_picture() for _ in range(6)]).photos.count() == 6


def test_one_file_that_is_no_picture_keeps_the_review_from_being_half_written(own_media: Path) -> None:
    order = make_received()[0]
    with pytest.raises(NotAPicture):
        review(order, photos=[make_picture(), SimpleUploadedFile("a.jpg", b"<script>")])
    assert not Review.objects.exists()
    assert not list((own_media / "reviews").rglob("*"))


def test_a_failure_while_keeping_leaves_neither_review_nor_file(
    monkeypatch: pytest.MonkeyPatch, own_media: Path
) -> None:
    order = make_received()[0]

    def fail(*_events: Any) -> None:
        raise RuntimeError

    monkeypatch.setattr("community.services.reviews.events.publish", fail)
    with pytest.raises(RuntimeError):
        review(order, photos=[make_picture(), make_picture()])
    assert not Review.objects.exists()
    assert not list((own_media / "reviews").rglob("*.webp"))


def test_each_line_is_reviewed_once_and_stays_as_it_was_written() -> None:
    merchant = make_merchant()
    order = make_received(merchant=merchant, skus=[make_sku(merchant), make_sku(merchant, name="香梨")])[0]
    apples, pears = order.lines.order_by("pk")
    assert to_review([order]) == {order.pk}
    review(order, line_id=apples.pk)
    with pytest.raises(AlreadyReviewed):
        review(order, line_id=apples.pk, stars=1)
    assert to_review([order]) == {order.pk}
    review(order, line_id=pears.pk)
    assert to_review([order]) == set()
    assert set(Review.objects.values_list("stars", flat=True)) == {5}


def test_the_merchant_answers_once() -> None:
    said = make_review(make_received()[0])
    assert unanswered(said.product.merchant_id) == 1
    answer(said, "谢谢")
    with pytest.raises(AlreadyAnswered):
        answer(said, "再谢谢")
    with pytest.raises(InvalidField):
        answer(said, " ")
    said.refresh_from_db()
    assert (said.answer, said.answered_at) == ("谢谢", NOW)
    assert AuditEntry.objects.get(action="review.answer").subject == f"review:{said.code}"
    assert unanswered(said.product.merchant_id) == 0


def test_a_rival_answers_nothing() -> None:
    said = make_review(make_received()[0])
    rival = make_merchant("隔壁果园")
    with pytest.raises(NoSuchReview):
        answer(said, merchant=rival, actor_id=owner_of(rival).pk)
    said.refresh_from_db()
    assert said.answer == ""


def test_an_operator_hides_a_review_with_a_reason_and_shows_it_again() -> None:
    """B7 A7: hidden it counts nowhere; both acts are on record."""
    said = make_review(make_received()[0], stars=1)
    operator = make_operator()
    with pytest.raises(InvalidField):
        hide(said=said, note=" ", actor_id=operator.pk, now=NOW)
    hide(said=said, note="辱骂", actor_id=operator.pk, now=NOW)
    with pytest.raises(Conflict):
        hide(said=said, note="辱骂", actor_id=operator.pk, now=NOW)
    assert (summary([said.product_id]).count, summary([said.product_id]).average_tenths) == (0, None)
    assert not of_product(said.product).exists()
    with pytest.raises(NoSuchReview):
        answer(said)
    assert AuditEntry.objects.get(action="review.hide").detail == {"note": "辱骂"}

    show(said=said, actor_id=operator.pk)
    with pytest.raises(Conflict):
        show(said=said, actor_id=operator.pk)
    assert summary([said.product_id]).average == "1.0"
    assert AuditEntry.objects.get(action="review.show").actor_id == operator.pk


@pytest.mark.parametrize(
    "half", [{"answer": "谢谢"}, {"answered_at": NOW}, {"hidden_at": NOW}, {"hidden_note": "辱骂"}]
)
def test_nothing_is_answered_or_hidden_by_half(half: dict[str, Any]) -> None:
    """B7: no answer without its time, nothing hidden without its reason; the database sees to it."""
    said = make_review(make_received()[0])
    asked = make_question(said.product)
    for kept in (Review.objects.filter(pk=said.pk), Question.objects.filter(pk=asked.pk)):
        with pytest.raises(IntegrityError), transaction.atomic():
            kept.update(**half)


def test_a_review_of_what_somebody_else_received_is_noticed() -> None:
    said = make_review(make_received()[0])
    assert check_all() == []
    Review.objects.filter(pk=said.pk).update(author=make_user(name="Bob"))
    assert [(violation.invariant, len(violation.rows)) for violation in check_all()] == [("reviews_of_own_goods", 1)]
    Review.objects.filter(pk=said.pk).update(author=said.author)


@pytest.mark.parametrize(
    ("stars", "average"), [([5, 5, 4], "4.7"), ([5, 4, 4, 4], "4.3"), ([4], "4.0"), ([1, 2], "1.5")]
)
def test_the_average_is_rounded_half_up_in_tenths(stars: list[int], average: str) -> None:
    """B7: 17 stars over 4 reviews are 4.25, which is 4.3; whole numbers only."""
    orders = make_received(*(make_user() for _ in stars))
    for order, given in zip(orders, stars, strict=True):
        make_review(order, stars=given)
    assert summary([product_of(orders[0]).pk]).average == average


def test_the_summary_shows_photos_first_then_the_newest_and_imported_ones_last(
    django_assert_num_queries: Any,
) -> None:
    """B7: imported reviews are counted as reviews and left out of the average; four queries however many there are."""
    merchant = make_merchant()
    sku = make_sku(merchant, external_id="A1")
    orders = make_received(*(make_user(name=name) for name in ("甲一", "乙二", "丙三")), merchant=merchant, skus=[sku])
    hour = dt.timedelta(hours=1)
    make_review(orders[0], text="有图", photos=[make_picture()], now=NOW - 3 * hour)
    make_review(orders[1], text="旧的", stars=3, now=NOW - 2 * hour)
    make_review(orders[2], text="新的", stars=4, now=NOW - hour)
    make_imported(sku.product, "别处说的")
    answered = make_question(sku.product)
    make_question(sku.product, text="还没人答")
    answered.answer, answered.answered_at = "明天", NOW
    answered.save(update_fields=["answer", "answered_at"])
    with django_assert_num_queries(4):
        found = summary([sku.product_id], limit=4)
        shown = [(said.text, len(said.photos.all()), said.author and said.author.shown_name) for said in found.reviews]
        asked = [question.author.shown_name for question in found.questions]
    assert shown == [("有图", 1, "甲**"), ("新的", 0, "丙**"), ("旧的", 0, "乙**"), ("别处说的", 0, None)]
    assert (found.count, found.average, asked) == (4, "4.0", ["B**"])
    assert [product.pk for product in found.products] == [sku.product_id]


def test_a_product_nobody_spoke_of_has_an_empty_summary() -> None:
    product = make_product(make_merchant())
    found = summary([product.pk])
    assert (found.count, found.average_tenths, found.average, found.reviews) == (0, None, "", [])


def test_reviews_are_filtered_by_photos_and_stars() -> None:
    orders = make_received(make_user(), make_user(name="Bob"))
    make_review(orders[0], stars=5, photos=[make_picture(), make_picture()])
    make_review(orders[1], stars=2)
    product = product_of(orders[0])
    assert [said.stars for said in of_product(product, with_photos=True)] == [5]
    assert [said.stars for said in of_product(product, stars=2)] == [2]
    counts = counts_of(product)
    assert (counts.all, counts.by_stars) == (2, {5: 1, 4: 0, 3: 0, 2: 1, 1: 0})


def post_twice(order: Order) -> Counter[str]:
    """A double tap on a slow phone: two posts of one form at the same instant; how often each outcome came."""
    outcomes = at_once(4, lambda _index: review(order, photos=[make_picture()]))
    return Counter(type(outcome).__name__ for outcome in outcomes)


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_posts_at_once_are_one_review(own_media: Path) -> None:
    """B7: the others are told, and leave no file behind."""
    order = make_received()[0]
    assert post_twice(order) == {"Review": 1, "AlreadyReviewed": 3}
    assert Review.objects.count() == 1
    assert len(list((own_media / "reviews").rglob("*.webp"))) == 2 == ReviewPhoto.objects.count() * 2
    assert default_storage.exists(str(ReviewPhoto.objects.get().large))


@pytest.mark.race
@pytest.mark.counter_test
@pytest.mark.django_db(transaction=True)
def test_without_the_unique_line_they_would_be_several(monkeypatch: pytest.MonkeyPatch) -> None:
    """The counter-test: looking first does not help when everybody looks at once."""
    monkeypatch.setattr(reviews, "redraw", Meeting(4).after(reviews.redraw))
    unique = "community_review_order_line_id_key"
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE community_review DROP CONSTRAINT {unique}")
    try:
        assert post_twice(make_received()[0]) == {"Review": 4}
    finally:
        ReviewPhoto.objects.all().delete()
        Review.objects.all().delete()
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE community_review ADD CONSTRAINT {unique} UNIQUE (order_line_id)")
