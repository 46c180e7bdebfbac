"""H7: a merchant's customers, and what one of them is to this merchant. Nothing they did elsewhere is read."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Count, Prefetch, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from accounts.models import Merchant
from accounts.models.user import hash_phone
from community.errors import NoSuchCustomer
from community.models import Customer, Review, Tag, UserTag
from community.selectors.reviews import of_merchant as reviews_of
from community.states import Segment
from orders.models import Order, OrderLine
from orders.selectors.orders import of_merchant as orders_of
from orders.states import OrderStatus

TAIL_DIGITS, PHONE_DIGITS = 4, 11
FAVOURITES = 5
LATEST = 10


@dataclass(frozen=True)
class Favourite:
    """A product somebody likes to buy here."""

    name: str
    code: str
    pieces: int


@dataclass(frozen=True)
class Profile:
    """What a merchant may know of a customer: what happened between the two, newest first."""

    customer: Customer
    tags: Sequence[Tag]
    favourites: Sequence[Favourite]
    orders: Sequence[Order]
    reviews: Sequence[Review]

    @property
    def average_fen(self) -> int:
        """What an order is worth after refunds."""
        return self.customer.spent_fen // self.customer.orders if self.customer.orders else 0


def customers_of(merchant: Merchant) -> QuerySet[Customer]:
    """Everybody who has paid an order here, with their segment, tier and this merchant's tags."""
    tags = UserTag.objects.filter(tag__merchant=merchant).select_related("tag").order_by("tag__name")
    people = Customer.objects.filter(merchant=merchant)
    return people.select_related("merchant", "user__member_segment", "user__member_standing__tier").prefetch_related(
        Prefetch("user__tags", tags, to_attr="tags_here")
    )


def found_among_customers(
    merchant: Merchant, *, search: str = "", segment: str = "", tier: str = "", tag: str = ""
) -> QuerySet[Customer]:
    """Those customers who fit all that is asked; `tag` is a word of this merchant's."""
    customers = customers_of(merchant)
    if search:
        customers = customers.filter(_spoken_of(search))
    if segment in Segment.values:
        customers = customers.filter(user__member_segment__segment=segment)
    if tier:
        customers = customers.filter(user__member_standing__tier__code=tier)
    if tag:
        wearers = UserTag.objects.filter(tag__merchant=merchant, tag__name=tag)
        customers = customers.filter(user__in=wearers.values("user"))
    return customers


def segment_counts(merchant: Merchant) -> list[tuple[Segment, int]]:
    """How many of a merchant's customers are in each segment, in the order of the rules; one query."""
    grouped = Customer.objects.filter(merchant=merchant).values_list("user__member_segment__segment")
    counts: dict[str | None, int] = dict(grouped.annotate(Count("pk")))
    return [(segment, counts.get(segment.value, 0)) for segment in Segment]


def customer_of(merchant: Merchant, code: str) -> Customer:
    """A customer by the person's public code. Raises NoSuchCustomer, also for somebody who never bought here."""
    customer = customers_of(merchant).filter(code=code).first()
    if customer is None:
        raise NoSuchCustomer
    return customer


def profile_of(customer: Customer) -> Profile:
    """What happened between a customer and this merchant; five queries."""
    orders = orders_of(customer.merchant).filter(buyer=customer.user, paid_at__isnull=False)
    reviews = reviews_of(customer.merchant).filter(author=customer.user)
    return Profile(
        customer=customer,
        tags=[put.tag for put in customer.user.tags_here],  # type: ignore[attr-defined]
        favourites=_favourites(customer),
        orders=list(orders[:LATEST]),
        reviews=list(reviews[:LATEST]),
    )


def _favourites(customer: Customer) -> list[Favourite]:
    bought = OrderLine.objects.filter(
        order__buyer=customer.user, order__merchant=customer.merchant, order__paid_at__isnull=False, is_gift=False
    ).exclude(order__status=OrderStatus.CANCELLED)
    counted = bought.values_list("sku__product__name", "sku__product__code").annotate(
        pieces=Coalesce(Sum("quantity"), 0)
    )
    return [Favourite(*row) for row in counted.order_by("-pieces", "sku__product__name")[:FAVOURITES]]


def _spoken_of(search: str) -> Q:
    """By the tail of the phone, the whole of it, or the person's code: names are not readable in the database."""
    if search.isdecimal() and search.isascii() and len(search) == TAIL_DIGITS:
        return Q(user__phone_tail=search)
    if search.isdecimal() and search.isascii() and len(search) == PHONE_DIGITS:
        return Q(user__phone_hash=hash_phone(search))
    return Q(code__iexact=search)
