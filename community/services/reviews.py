"""B7 晒单: a purchase is reviewed once, when it is in the buyer's hands, and its merchant answers once."""

import datetime as dt
from collections.abc import Sequence

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import Merchant, User
from common import audit, events
from common.errors import InvalidField
from common.pictures import delete_files, redraw
from community.errors import AlreadyAnswered, AlreadyReviewed, NotReceivedYet, TooManyPhotos
from community.events import ReviewAnswered, ReviewWritten
from community.models import Review, ReviewPhoto
from community.selectors.reviews import for_merchant
from community.services.words import cleaned
from community.states import RECEIVED
from orders.errors import NoSuchOrder
from orders.models import OrderLine

MOST_STARS = 5
MOST_PHOTOS = 6
LONGEST_TEXT = 1000
LONGEST_ANSWER = 500
SIZES = {"large": 1200, "small": 300}


def write_review(
    *,
    author: User,
    order_number: str,
    line_id: int,
    stars: int,
    text: str = "",
    photos: Sequence[UploadedFile] = (),
    now: dt.datetime,
) -> Review:
    """Review one line of an own order, once; nobody changes it afterwards.

    Raises NoSuchOrder, NotReceivedYet, AlreadyReviewed, TooManyPhotos, NotAPicture, PictureTooBig, InvalidField.
    """
    line = _received(author, order_number, line_id)
    if not 1 <= stars <= MOST_STARS:
        raise InvalidField("stars", _("先选几颗星"))
    words = cleaned(text, longest=LONGEST_TEXT, required=False)
    if len(photos) > MOST_PHOTOS:
        raise TooManyPhotos(most=MOST_PHOTOS, field="photos")
    if Review.objects.filter(order_line=line).exists():
        raise AlreadyReviewed
    drawn = [redraw(photo, sizes=SIZES) for photo in photos]
    review = Review(
        product_id=line.sku.product_id, order_line=line, author=author, stars=stars, text=words, written_at=now
    )
    return _keep(review, drawn)


@transaction.atomic
def answer_review(*, merchant: Merchant, code: str, text: str, actor_id: int, now: dt.datetime) -> Review:
    """Answer a review of one of the merchant's products, once. Raises NoSuchReview, AlreadyAnswered, InvalidField."""
    review = for_merchant(merchant, code)
    words = cleaned(text, longest=LONGEST_ANSWER)
    unanswered = Review.objects.filter(pk=review.pk, answer="")
    if unanswered.update(answer=words, answered_at=now) != 1:
        raise AlreadyAnswered
    audit.record(actor_id=actor_id, action="review.answer", subject=f"review:{code}")
    if review.author_id:
        events.publish(ReviewAnswered(review_id=review.pk))
    review.answer, review.answered_at = words, now
    return review


def _received(author: User, order_number: str, line_id: int) -> OrderLine:
    """A line of an own order that was handed over; gifts are not reviewed."""
    mine = OrderLine.objects.filter(pk=line_id, order__buyer=author, order__number=order_number, is_gift=False)
    line = mine.select_related("order", "sku").first()
    if line is None:
        raise NoSuchOrder
    if line.order.status not in RECEIVED:
        raise NotReceivedYet
    return line


def _keep(review: Review, drawn: Sequence[dict[str, ContentFile]]) -> Review:
    """The review with its photos; where that fails, no file is left behind."""
    saved: list[str] = []
    try:
        with transaction.atomic():
            _insert(review)
            for position, files in enumerate(drawn):
                names = {size: default_storage.save(f"reviews/{file.name}", file) for size, file in files.items()}
                saved += names.values()
                ReviewPhoto.objects.create(review=review, position=position, **names)
            events.publish(ReviewWritten(review_id=review.pk))
    except BaseException:
        delete_files(saved)
        raise
    return review


def _insert(review: Review) -> None:
    """The unique line decides which of two posts at once is the review."""
    try:
        with transaction.atomic():
            review.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyReviewed from error
