"""What people say in the demo: reviews with photos, answers, questions, and what was said before in another place."""

import csv
import datetime as dt
import io
from collections import deque
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image, ImageEnhance

from catalog.models import Product
from community.models import Review
from community.services.importing import import_reviews
from community.services.questions import answer_question, ask
from community.services.reviews import answer_review, write_review
from community.states import RECEIVED
from orders.models import OrderLine
from web.demo.reading import read
from web.demo.town import Shop, Town

AFTER_A_MEAL = dt.timedelta(hours=20)
AFTER_WORK = dt.timedelta(hours=5)
# How much of a picture somebody at home gets into theirs.
NEARER = 0.62


def let_speak(town: Town, *, now: dt.datetime) -> None:
    """Everything of the content that somebody could say by now."""
    voices = read("voices")
    _import(town, voices["imported"], now=now)
    for shop in town.shops.values():
        for shot, product in shop.products.items():
            _review(town, shop, product, voices["reviews"].get(shot, []), now=now)
            for number, question in enumerate(voices["questions"].get(shot, [])):
                _ask(town, shop, product, question, now=now - dt.timedelta(hours=30 + 50 * number))


def _review(town: Town, shop: Shop, product: Product, contents: list[dict[str, Any]], *, now: dt.datetime) -> None:
    """Buyers who have it speak in the order in which they got it; what nobody could have bought yet stays unsaid."""
    lines = OrderLine.objects.filter(sku__product=product, is_gift=False, order__status__in=RECEIVED)
    received = lines.exclude(order__buyer=town.people["consumer"]).select_related("order", "order__buyer")
    waiting = deque(received.filter(order__received_at__lt=now - AFTER_A_MEAL).order_by("-order__received_at"))
    for content in contents:
        if not waiting:
            return
        line = waiting.popleft()
        review = write_review(
            author=line.order.buyer,
            order_number=line.order.number,
            line_id=line.pk,
            stars=content["stars"],
            text=content["text"],
            photos=[_photo(product)] if content.get("photo") else [],
            now=(line.order.received_at or now) + AFTER_A_MEAL,
        )
        _answer(shop, review, content, now=now)


def _answer(shop: Shop, review: Review, content: dict[str, Any], *, now: dt.datetime) -> None:
    at = review.written_at + AFTER_WORK
    if "answer" in content and at < now:
        actor_id = shop.owner.pk
        answer_review(merchant=shop.merchant, code=review.code, text=content["answer"], actor_id=actor_id, now=at)


def _photo(product: Product) -> SimpleUploadedFile:
    """The last picture of a product as taken at home: nearer, askew and not so well lit."""
    image = product.images.order_by("position").last()
    if image is None:
        raise LookupError(f"{product} has no picture to be taken again")
    with image.large.open() as stored:
        picture = Image.open(stored).convert("RGB").reduce(2)
    edge = round(picture.width * (1 - NEARER) / 2)
    crop = picture.rotate(product.pk % 9 - 4, Image.Resampling.BILINEAR).crop(
        (edge, edge, picture.width - edge, picture.height - edge)
    )
    written = io.BytesIO()
    ImageEnhance.Brightness(ImageEnhance.Color(crop).enhance(0.85)).enhance(0.92).save(written, "JPEG", quality=88)
    return SimpleUploadedFile("photo.jpg", written.getvalue(), "image/jpeg")


def _ask(town: Town, shop: Shop, product: Product, content: dict[str, str], *, now: dt.datetime) -> None:
    author = town.neighbours[product.pk % len(town.neighbours)]
    question = ask(author=author, product=product, text=content["text"], now=now)
    if "answer" in content:
        answer_question(
            merchant=shop.merchant,
            code=question.code,
            text=content["answer"],
            actor_id=shop.owner.pk,
            now=now + AFTER_WORK,
        )


def _import(town: Town, content: dict[str, Any], *, now: dt.datetime) -> None:
    """Through the sheet a merchant would bring; products are known by their own numbers there."""
    sheet = io.StringIO()
    csv.writer(sheet).writerows([("product_sn", "text"), *content["rows"]])
    shop = town.shops[content["shop"]]
    import_reviews(
        merchant=shop.merchant,
        source=content["source"],
        content=sheet.getvalue().encode(),
        actor_id=shop.owner.pk,
        dry_run=False,
        now=now - dt.timedelta(days=80),
    )
