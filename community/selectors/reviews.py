"""Reviews as pages show them, each with its author and photos, in a fixed number of queries."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Sum

from accounts.models import Merchant
from catalog.models import Product
from catalog.states import ProductStatus
from common.errors import NotFound
from community.models import Question, Review, ReviewPhoto
from community.selectors.questions import answered_of
from community.selectors.questions import waiting as waiting_questions
from community.states import RECEIVED
from orders.models import Order

STARS = (5, 4, 3, 2, 1)
SHOWN = Q(reviews__hidden_at__isnull=True)
HAS_PHOTOS = Exists(ReviewPhoto.objects.filter(review=OuterRef("pk")))


@dataclass(frozen=True)
class ReviewSummary:
    """What neighbours say of some products; `products` have their own `review_count`.

    The average counts reviews with stars only: imported ones carry none. In tenths, half up, None without any.
    """

    count: int
    average_tenths: int | None
    reviews: Sequence[Review]
    questions: Sequence[Question]
    products: Sequence[Product]

    @property
    def average(self) -> str:
        """4.8"""
        return "" if self.average_tenths is None else f"{self.average_tenths // 10}.{self.average_tenths % 10}"


@dataclass(frozen=True)
class ReviewCounts:
    """How many reviews of a product stand behind each filter."""

    all: int
    photos: int
    by_stars: dict[int, int]


def summary(product_ids: Collection[int], *, limit: int = 3) -> ReviewSummary:
    """The figures over these products, the newest reviews (those with photos first) and answered questions."""
    products = list(
        Product.objects.filter(pk__in=product_ids)
        .annotate(
            review_count=Count("reviews", filter=SHOWN),
            starred=Count("reviews__stars", filter=SHOWN),
            stars=Sum("reviews__stars", filter=SHOWN, default=0),
        )
        .order_by("pk")
    )
    count = sum(product.review_count for product in products)
    found = Review.objects.filter(product_id__in=product_ids) if count else Review.objects.none()
    return ReviewSummary(
        count=count,
        average_tenths=_tenths(sum(product.stars for product in products), sum(p.starred for p in products)),
        reviews=list(_complete(found).order_by(HAS_PHOTOS.desc(), "source", "-written_at", "-pk")[:limit]),
        questions=list(answered_of(product_ids)[:limit]),
        products=products,
    )


def product_of(code: str) -> Product:
    """A product people may read about: whatever has been on the shelf. Raises NotFound."""
    known = Product.objects.exclude(status=ProductStatus.DRAFT).select_related("merchant")
    product = known.filter(code=code).first()
    if product is None:
        raise NotFound
    return product


def of_product(product: Product, *, with_photos: bool = False, stars: int | None = None) -> QuerySet[Review]:
    """The reviews of a product, newest first, imported ones after the neighbours' own."""
    reviews = _complete(product.reviews.all())
    if with_photos:
        reviews = reviews.filter(photos__position=0)
    if stars:
        reviews = reviews.filter(stars=stars)
    return reviews.order_by("source", "-written_at", "-pk")


def counts_of(product: Product) -> ReviewCounts:
    """How many reviews each filter of a product's page would show; two queries."""
    shown = product.reviews.shown()
    grouped = shown.order_by().values_list("stars").annotate(Count("pk"))
    by_stars: dict[int | None, int] = dict(grouped)
    return ReviewCounts(
        all=sum(by_stars.values()),
        photos=shown.filter(photos__position=0).count(),
        by_stars={stars: by_stars.get(stars, 0) for stars in STARS},
    )


def of_merchant(merchant: Merchant) -> QuerySet[Review]:
    """What was said of a merchant's products, newest first."""
    reviews = _complete(Review.objects.filter(product__merchant=merchant))
    return reviews.select_related("product", "author", "order_line__order").order_by("-written_at", "-pk")


def waiting(merchant_id: int) -> QuerySet[Review]:
    """Buyers' reviews nobody has answered; imported ones wait for nothing."""
    return Review.objects.shown().filter(product__merchant_id=merchant_id, source="", answer="")


def unanswered(merchant_id: int) -> int:
    """How many reviews and questions of a merchant's products wait for an answer."""
    return waiting(merchant_id).count() + waiting_questions(merchant_id).count()


def to_review(orders: Iterable[Order]) -> set[int]:
    """Which of these orders have a line that was received and not reviewed yet, by their key; one query."""
    received = [order.pk for order in orders if order.status in RECEIVED]
    if not received:
        return set()
    open_lines = Order.objects.filter(pk__in=received, lines__review__isnull=True)
    return set(open_lines.values_list("pk", flat=True))


def _complete(reviews: QuerySet[Review]) -> QuerySet[Review]:
    shown = reviews.filter(hidden_at__isnull=True).select_related("author", "order_line")
    return shown.prefetch_related(Prefetch("photos", ReviewPhoto.objects.order_by("position")))


def _tenths(stars: int, reviews: int) -> int | None:
    """The average in tenths, half up, by whole numbers."""
    return (20 * stars + reviews) // (2 * reviews) if reviews else None
