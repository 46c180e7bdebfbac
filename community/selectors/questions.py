"""Questions as pages show them, each with who asked."""

from collections.abc import Collection

from django.db.models import F, QuerySet

from accounts.models import Merchant
from catalog.models import Product
from community.errors import NoSuchQuestion
from community.models import Question


def of_product(product: Product) -> QuerySet[Question]:
    """What was asked of a product, newest first."""
    return _complete(product.questions.all()).order_by("-asked_at", "-pk")


def answered_of(product_ids: Collection[int]) -> QuerySet[Question]:
    """What was asked of these products and answered, newest first."""
    return _complete(Question.objects.filter(product_id__in=product_ids).exclude(answer="")).order_by(
        "-answered_at", "-pk"
    )


def of_merchant(merchant: Merchant) -> QuerySet[Question]:
    """What was asked of a merchant's products: those that wait first, then newest first."""
    asked = _complete(Question.objects.filter(product__merchant=merchant)).select_related("product", "author")
    return asked.order_by(F("answered_at").desc(nulls_first=True), "-asked_at", "-pk")


def for_merchant(merchant: Merchant, code: str) -> Question:
    """One question about a merchant's products. Raises NoSuchQuestion, also for a rival's."""
    question = of_merchant(merchant).filter(code=code).first()
    if question is None:
        raise NoSuchQuestion
    return question


def _complete(questions: QuerySet[Question]) -> QuerySet[Question]:
    return questions.filter(hidden_at__isnull=True).select_related("author")
