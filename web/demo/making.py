"""Making the demo: the town, its story, and the pictures of its goods."""

import datetime as dt
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.utils.translation import gettext as _

from accounts.models import Merchant, User
from analytics.services.folding import rebuild
from campaigns.models import Campaign
from catalog.models import Product
from catalog.services.images import add_image
from catalog.services.products import update_product
from catalog.services.stock import adjust
from common import events
from common.clock import day_of
from notifications.selectors.inbox import messages_of
from notifications.services.inbox import mark_read
from orders.models import Order
from web.demo.gateway import without_a_server
from web.demo.members import put_tags
from web.demo.people import SIGN_INS
from web.demo.pictures.catalogue import Studio
from web.demo.pictures.stage import PIXELS
from web.demo.reading import read
from web.demo.story import tell_story
from web.demo.town import Shop, Town, apply_to_sell, details_of, found_town
from web.demo.voices import let_speak

# The town is older than the oldest campaign of the content, and than its history.
TOWN_AGE = dt.timedelta(days=21)
LEAD = dt.timedelta(days=3)
# A demo of many days has time for a second picture of everything.
LONG_DEMO = 30
# How long something is news in an inbox.
NEWS = dt.timedelta(hours=6)
SPOILED = 68


class DemoRefused(Exception):
    """Why there will be no demo here; the message is the sentence."""


@dataclass(frozen=True)
class Made:
    """What the demo consists of, counted."""

    people: int
    merchants: int
    products: int
    campaigns: int
    orders: int


def is_empty() -> bool:
    """Whether nobody and nothing is here yet."""
    return not (User.objects.exists() or Merchant.objects.exists() or Product.objects.exists())


def was_interrupted() -> bool:
    """Whether a demo was begun here and did not come to its last step, the application that waits."""
    people, applicant = read("people"), read("shops")["applicant"]["name"]
    begun = User.objects.with_phone(people["consumer"]["phone"]).exists()
    return begun and not Merchant.objects.filter(name=applicant).exists()


def make_demo(*, days: int, now: dt.datetime, pixels: int = PIXELS) -> Made:
    """Fill an empty database with the demo and so many days of history, as of `now`. Raises DemoRefused.

    The pictures of its goods are so many pixels square.
    """
    if not settings.DEMO:
        raise DemoRefused(_("这里不是演示环境：演示账号的密码人人知道，不能放进真实的平台"))
    if not is_empty():
        raise DemoRefused(_("数据库里已经有数据，演示数据只放进空的数据库"))
    with _quick_commits():
        _make(days=days, now=now, pixels=pixels)
    return _counted()


@contextmanager
def _quick_commits() -> Iterator[None]:
    """Thousands of commits need not each wait for the disk: whoever pulls the plug now makes the demo again."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")
        try:
            yield
        finally:
            cursor.execute("RESET synchronous_commit")


def _make(*, days: int, now: dt.datetime, pixels: int) -> None:
    shots = [product["shot"] for product in read("goods")["products"]]
    begun = now - max(TOWN_AGE, dt.timedelta(days=days) + LEAD)
    each = 2 if days >= LONG_DEMO else 1
    with Studio(shots, each=each, pixels=pixels) as studio, ThreadPoolExecutor(max_workers=1) as helper:
        town = found_town(now=begun, until=now)
        shown = helper.submit(_show, town, studio, now=begun)
        with without_a_server() as gateway:
            tell_story(town, gateway, days=days, begun=begun, now=now)
        _spoil(town.shops["orchard"], now=now - dt.timedelta(hours=20))
        shown.result()
    let_speak(town, now=now)
    put_tags(town, now=now - NEWS)
    events.drain(now=now - 2 * NEWS)
    for key in SIGN_INS:
        _has_read_inbox(town.people[key], now=now)
    apply_to_sell(town, now=now - dt.timedelta(hours=5))
    events.drain(now=now)
    rebuild(since=day_of(begun), until=day_of(now), now=now)


def _has_read_inbox(person: User, *, now: dt.datetime) -> None:
    """What is old has been read; the rest is news."""
    old = messages_of(person.pk).filter(sent_at__lt=now - NEWS)
    mark_read(user_id=person.pk, message_ids=list(old.values_list("pk", flat=True)), now=now)


def _spoil(shop: Shop, *, now: dt.datetime) -> None:
    """What the cancelled campaign was cancelled for; it leaves so little that the alert goes off."""
    sku = shop.products["chestnut"].skus.get()
    adjust(sku_id=sku.pk, quantity=-SPOILED, reason="霉变报损", actor_id=shop.owner.pk, now=now)


def _show(town: Town, studio: Studio, *, now: dt.datetime) -> None:
    """Give every product its pictures as they come, in a thread with its own connection to the database."""
    try:
        for goods in read("goods")["products"]:
            _show_one(town.shops[goods["shop"]], goods, studio.pictures(goods["shot"]), now=now)
    finally:
        connection.close()


def _show_one(shop: Shop, goods: dict[str, Any], pictures: list[bytes], *, now: dt.datetime) -> None:
    """The pictures of one product, the last one inside its description as well."""
    product, actor_id = shop.products[goods["shot"]], shop.owner.pk
    for place, picture in enumerate(pictures):
        upload = SimpleUploadedFile(f"{place}.jpg", picture, "image/jpeg")
        image = add_image(product=product, upload=upload, actor_id=actor_id, now=now)
    figure = f'<figure><img src="{image.large.url}" alt="{product.name}"></figure>'
    details = details_of(goods, product.category_id, picture=figure)
    update_product(product=product, actor_id=actor_id, details=details, now=now)


def _counted() -> Made:
    return Made(
        people=User.objects.count(),
        merchants=Merchant.objects.count(),
        products=Product.objects.count(),
        campaigns=Campaign.objects.count(),
        orders=Order.objects.count(),
    )
