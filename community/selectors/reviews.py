"""Reviews as pages show them, each with its author and photos, in a fixed number of queries."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet, Sum

from accounts.models import Merchant
from catalog.models import Product
from catalog.states import ProductStatus
from common.errors import NotFound
from community.errors import NoSuchReview
from community.models import Question, Review, ReviewPhoto
from community.selectors.questions import answered_of
from community.states import RECEIVED
from orders.models import Order

STARS = (5, 4, 3, 2, 1)
SHOWN = Q(reviews__hidden_at__isnull=True)
HAS_PHOTOS = Exists(ReviewPhoto.objects.filter(review=OuterRef("pk")))


@dataclass(frozen=True)
class ReviewSummary:
    """What is said of some products, each of which has its own `review_count`.

    `own` of the `count` are of people who bought here. Only these have stars, and so an average: in tenths, half up,
    None without any. The others are imported.
    """

    count: int
    own: int
    average_tenths: int | None
    reviews: Sequence[Review]
    questions: Sequence[Question]
    products: Sequence[Product]

    @property
    def average(self) -> str:
        return in_words(self.average_tenths)

    @property
    def imported(self) -> int:
        return self.count - self.own


@dataclass(frozen=True)
class ReviewCounts:
    """How many reviews of a product there are, and of how many stars."""

    all: int
    by_stars: dict[int, int]

    @property
    def own(self) -> int:
        return sum(self.by_stars.values())

    @property
    def average(self) -> str:
        return in_words(average_tenths(sum(stars * count for stars, count in self.by_stars.items()), self.own))


def average_tenths(stars: int, reviews: int) -> int | None:
    """The average in tenths, half up, by whole numbers."""
    return (20 * stars + reviews) // (2 * reviews) if reviews else None


def in_words(tenths: int | None) -> str:
    """48 is 4.8"""
    return "" if tenths is None else f"{tenths // 10}.{tenths % 10}"


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
    count, own = sum(product.review_count for product in products), sum(product.starred for product in products)
    found = Review.objects.filter(product_id__in=product_ids) if count else Review.objects.none()
    return ReviewSummary(
        count=count,
        own=own,
        average_tenths=average_tenths(sum(product.stars for product in products), own),
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
    """How many reviews of a product are shown; one query, which an index answers alone."""
    grouped = product.reviews.shown().order_by().values_list("stars").annotate(Count("pk"))
    by_stars: dict[int | None, int] = dict(grouped)
    return ReviewCounts(
        all=sum(by_stars.values()),
        by_stars={stars: by_stars.get(stars, 0) for stars in STARS},
    )


def of_merchant(merchant: Merchant) -> QuerySet[Review]:
    """What was said of a merchant's products, newest first."""
    reviews = _complete(Review.objects.filter(product__merchant=merchant))
    return reviews.select_related("product", "author", "order_line__order").order_by("-written_at", "-pk")


def for_merchant(merchant: Merchant, code: str) -> Review:
    """One review of a merchant's products. Raises NoSuchReview, also for a rival's."""
    review = of_merchant(merchant).filter(code=code).first()
    if review is None:
        raise NoSuchReview
    return review


def waiting(merchant: Merchant) -> QuerySet[Review]:
    """Buyers' reviews nobody has answered, newest first; imported ones wait for nothing."""
    return of_merchant(merchant).filter(source="", answer="")


def unanswered(merchant_id: int) -> int:
    """How many reviews and questions of a merchant's products wait for an answer."""
    reviews = Review.objects.shown().filter(product__merchant_id=merchant_id, source="", answer="")
    questions = Question.objects.shown().filter(product__merchant_id=merchant_id, answer="")
    return reviews.count() + questions.count()


def to_review(orders: Iterable[Order]) -> set[int]:
    """Which of these orders have a line that was bought, received and not reviewed yet, by their key; one query beside
    their lines."""
    received = [order for order in orders if order.status in RECEIVED]
    bought = {line.pk: order.pk for order in received for line in order.lines.all() if not line.is_gift}
    if not bought:
        return set()
    reviewed = set(Review.objects.filter(order_line__in=bought).values_list("order_line", flat=True))
    return {order for line, order in bought.items() if line not in reviewed}


def of_order(order: Order) -> dict[int, Review]:
    """What its buyer said of an order, by the key of the line; for the buyer alone, and so with what is hidden."""
    reviews = _with_parts(Review.objects.filter(order_line__order=order))
    return {review.order_line.pk: review for review in reviews if review.order_line}


def _complete(reviews: QuerySet[Review]) -> QuerySet[Review]:
    return _with_parts(reviews.filter(hidden_at__isnull=True))


def _with_parts(reviews: QuerySet[Review]) -> QuerySet[Review]:
    with_people = reviews.select_related("author", "order_line")
    return with_people.prefetch_related(Prefetch("photos", ReviewPhoto.objects.order_by("position")))
