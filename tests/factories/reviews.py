"""Purchases that were handed over, reviews and questions: each function goes through the services."""

import datetime as dt
from collections.abc import Sequence

from django.core.files.uploadedfile import UploadedFile
from django.utils import timezone

from accounts.models import Merchant, User
from campaigns.models import Campaign
from campaigns.services.settling import settle
from catalog.models import Product
from community.models import Question, Review
from community.services.importing import import_reviews
from community.services.questions import ask
from community.services.reviews import write_review
from orders.models import Order
from orders.services.fulfilment import mark_ready, verify_pickup
from tests.factories.accounts import make_user, owner_of
from tests.factories.campaigns import fill, join_and_pay, make_open

DAY = dt.timedelta(days=1)
BEFORE = dt.timedelta(days=3)


def make_received(
    *buyers: User, merchant: Merchant | None = None, now: dt.datetime | None = None, **campaign: object
) -> list[Order]:
    """An order of each buyer, joined three days ago, settled and handed over since; a piece of each SKU."""
    then = (now or timezone.now()) - BEFORE
    found = make_open(merchant, now=then, **campaign)
    pieces = [1] * found.skus.count()
    orders = [join_and_pay(buyer, found, *pieces, now=then) for buyer in buyers or [make_user()]]
    fill(found, max(0, found.minimum - len(orders) * len(pieces)), now=then)
    settle(campaign_id=found.pk, now=then + DAY)
    return hand_over(orders, now=then + DAY)


def hand_over(orders: Sequence[Order], *, now: dt.datetime) -> list[Order]:
    """Orders that are being prepared, ready and picked up."""
    merchant = orders[0].merchant
    owner = owner_of(merchant)
    mark_ready(merchant=merchant, numbers=[order.number for order in orders], actor_id=owner.pk, now=now)
    for order in orders:
        order.refresh_from_db()
        verify_pickup(actor=owner, code=order.pickup_code, now=now)
        order.refresh_from_db()
    return list(orders)


def make_review(
    order: Order,
    *,
    stars: int = 5,
    text: str = "脆甜，个头匀称",
    photos: Sequence[UploadedFile] = (),
    now: dt.datetime | None = None,
) -> Review:
    """A review of the order's first line that has none."""
    line = order.lines.filter(review=None).order_by("pk")[0]
    return write_review(
        author=order.buyer,
        order_number=order.number,
        line_id=line.pk,
        stars=stars,
        text=text,
        photos=photos,
        now=now or timezone.now(),
    )


def make_question(
    product: Product, *, author: User | None = None, text: str = "几号发货？", now: dt.datetime | None = None
) -> Question:
    """A question of somebody new."""
    return ask(author=author or make_user(name="Bob"), product=product, text=text, now=now or timezone.now())


def make_imported(product: Product, *texts: str, source: str = "严选") -> list[Review]:
    """Reviews of a product that were given in another shop; the product gets a merchant's number if it has none."""
    product.external_id = product.external_id or product.code
    product.save(update_fields=["external_id"])
    lines = [f"{product.external_id},1,{text}" for text in texts]
    content = "\n".join(["product_sn,stars,text", *lines]).encode()
    merchant = product.merchant
    import_reviews(merchant=merchant, source=source, content=content, actor_id=None, dry_run=False, now=timezone.now())
    return list(product.reviews.filter(source=source).order_by("pk"))


def product_of(campaign: Campaign | Order) -> Product:
    """The first product of a campaign or an order."""
    rows = campaign.skus if isinstance(campaign, Campaign) else campaign.lines
    return rows.order_by("pk").select_related("sku__product__merchant")[0].sku.product
