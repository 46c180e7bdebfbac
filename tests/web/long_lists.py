"""Lists of five rows each: where each stands, who reads it, and what is said of each row, in their order."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.test import Client
from django.utils import timezone

from accounts.models import Merchant, User
from common.exports.changelists import PREFIX
from common.exports.jobs import request_export
from common.models import ExportJob
from community.models import Question
from community.services.questions import answer_question
from marketing.models import Coupon
from marketing.services.channels import make_channel, switch_channel
from orders.models import Order, PickupPoint
from orders.states import OrderStatus
from tests.factories.accounts import make_merchant, make_operator, make_staff, make_user, owner_of
from tests.factories.campaigns import fill, make_open, make_point
from tests.factories.catalog import make_product
from tests.factories.marketing import give_coupon, make_template
from tests.factories.reviews import make_imported, make_question, make_received, make_review, product_of
from tests.web.backoffice.desks import Desk
from tests.web.storefront.pages import browser_of

ROWS = range(5)
DAY = dt.timedelta(days=1)


@dataclass(frozen=True)
class LongList:
    """An address, somebody's browser, and a word that stands for each row, in the order of the list."""

    browser: Client
    address: str
    rows: Sequence[str]

    def shown_on(self, page: str) -> list[str]:
        """Which rows a page shows, in its order."""
        return sorted((row for row in self.rows if row in page), key=page.index)


def in_shop(merchant: Merchant, path: str, rows: Sequence[str]) -> LongList:
    desk = Desk(owner_of(merchant), merchant)
    return LongList(desk.client, desk.url(path), rows)


def reviews_of_a_product() -> LongList:
    """The neighbours' own, the newest first, then the imported ones."""
    now = timezone.now()
    orders = make_received(*(make_user() for _buyer in range(3)))
    for number, order in enumerate(orders):
        make_review(order, text=f"自己说 {number}", now=now + number * dt.timedelta(seconds=1))
    product = product_of(orders[0])
    make_imported(product, "搬来的 0", "搬来的 1")
    own, brought = [f"自己说 {number}" for number in (2, 1, 0)], [f"搬来的 {number}" for number in (1, 0)]
    return LongList(browser_of(), f"/products/{product.code}/reviews/?", own + brought)


def questions_about_a_product() -> LongList:
    said = questions()
    texts = [question.text for question in reversed(said)]
    return LongList(browser_of(), f"/products/{said[0].product.code}/reviews/?show=questions&", texts)


def questions_to_a_shop() -> LongList:
    """Those that wait, the newest first, then what was answered last."""
    said = questions()
    merchant = said[0].product.merchant
    for number in (3, 1):
        answer_question(
            merchant=merchant,
            code=said[number].code,
            text="明天",
            actor_id=owner_of(merchant).pk,
            now=timezone.now() + (5 - number) * DAY,
        )
    return in_shop(merchant, "reviews/?show=questions&", [said[number].text for number in (4, 2, 0, 1, 3)])


def questions() -> list[Question]:
    product, now = make_product(make_merchant()), timezone.now()
    return [make_question(product, author=make_user(), text=f"第 {row} 问", now=now + row * DAY) for row in ROWS]


def ready_orders(points: Sequence[PickupPoint]) -> list[Order]:
    """Five that wait, by turns at these points of one merchant."""
    orders = fill(make_open(points[0].merchant, points=points), 5)
    for number, order in enumerate(orders):
        Order.objects.filter(pk=order.pk).update(status=OrderStatus.READY, pickup_point=points[number % len(points)])
    return orders


def pickups_of_a_leader() -> LongList:
    """At two points she leads, and at one for whose merchant she works besides; nobody else's."""
    leader, merchant = make_user(name="周姐"), make_merchant()
    orders = ready_orders([make_point(merchant, name, leader=leader) for name in ("东门", "西门")])
    make_staff(merchant, "warehouse", user=leader)
    ready_orders([make_point(make_merchant("别家"), leader=make_user())])
    return pickups(leader, orders)


def pickups_at_points_one_leads() -> LongList:
    leader = make_user(name="周姐")
    east, west = (
        make_point(make_merchant(), "东门", leader=leader),
        make_point(make_merchant("梨园"), "西门", leader=leader),
    )
    orders = ready_orders([east])[:3] + ready_orders([west])[:2]
    Order.objects.exclude(pk__in=[order.pk for order in orders]).update(status=OrderStatus.RECEIVED)
    return pickups(leader, orders)


def pickups(leader: User, orders: Sequence[Order]) -> LongList:
    tails = [f'class="hint num">{order.buyer.phone_tail}<' for order in reversed(orders)]
    return LongList(browser_of(leader), "/pickups/?", tails)


def coupons_of(person: User) -> list[Coupon]:
    """The later ones end earlier."""
    return [give_coupon(person, make_template(name=f"第 {row} 张", valid_days=9 - row)) for row in ROWS]


def usable_coupons() -> LongList:
    """What ends first comes first."""
    alice = make_user()
    coupons_of(alice)
    return LongList(browser_of(alice), "/me/coupons/?", [f"第 {row} 张" for row in reversed(ROWS)])


def used_coupons() -> LongList:
    """What was used last comes first."""
    alice, (order, *_others) = make_user(), fill(make_open(), 2)
    for number, coupon in enumerate(coupons_of(alice)):
        used = {"status": "used", "order": order, "used_at": timezone.now() - number * DAY}
        Coupon.objects.filter(pk=coupon.pk).update(**used)
    return LongList(browser_of(alice), "/me/coupons/?show=used&", [f"第 {row} 张" for row in ROWS])


def expired_coupons() -> LongList:
    """What expired last comes first."""
    alice, past = make_user(), timezone.now() - 30 * DAY
    for number, coupon in enumerate(coupons_of(alice)):
        Coupon.objects.filter(pk=coupon.pk).update(valid_from=past, valid_until=past + (9 - number) * DAY)
    return LongList(browser_of(alice), "/me/coupons/?show=expired&", [f"第 {row} 张" for row in ROWS])


def coupon_centre() -> LongList:
    """The platform's first, and then those that close first."""
    shop, now = make_merchant(), timezone.now()
    for row, merchant, days in ((4, shop, None), (3, shop, 9), (2, shop, 2), (1, None, None), (0, None, 5)):
        make_template(merchant, name=f"第 {row} 张", closes_at=days and now + days * DAY)
    return LongList(browser_of(), "/coupons/?", [f"第 {row} 张" for row in ROWS])


def exports_of_an_operator() -> LongList:
    operator = make_operator("support")
    jobs = [
        request_export(
            report=f"{PREFIX}orders.order",
            scope="",
            query="",
            format=ExportJob.Format.CSV,
            language="zh-hans",
            actor_id=operator.pk,
            now=timezone.now(),
        )
        for _row in ROWS
    ]
    return LongList(browser_of(operator), "/admin/exports/?", [f"/{job.code}/" for job in reversed(jobs)])


def orders_whose_money_is_held() -> LongList:
    """Those next to be settled first, the others by how near they are to it and by age."""
    merchant = make_merchant()
    orders = fill(make_open(merchant), 5)
    states = (OrderStatus.RECEIVED, OrderStatus.PAID, OrderStatus.READY, OrderStatus.RECEIVED, OrderStatus.PREPARING)
    for number, (order, status) in enumerate(zip(orders, states, strict=True)):
        ends = timezone.now() - number * DAY if status == OrderStatus.RECEIVED else None
        Order.objects.filter(pk=order.pk).update(status=status, completes_at=ends)
    return in_shop(merchant, "money/orders/?show=held&", [orders[number].number for number in (3, 0, 2, 4, 1)])


def customers() -> LongList:
    """Whoever bought last comes first."""
    merchant = make_merchant()
    orders = fill(make_open(merchant), 5)
    return in_shop(merchant, "customers/?", [f"/{order.buyer.code}/" for order in reversed(orders)])


def customers_by_what_they_spent() -> LongList:
    """All spent as much, and so whoever bought last comes first."""
    found = customers()
    return LongList(found.browser, f"{found.address}sort=spent&", found.rows)


def stock() -> LongList:
    """What there is least of comes first, those with as many by age."""
    merchant = make_merchant()
    skus = [make_product(merchant, stock=pieces).skus.get() for pieces in (5, 2, 9, 2, 1)]
    return in_shop(merchant, "stock/?", [f"/{skus[number].code}/" for number in (4, 1, 3, 0, 2)])


def channel_codes() -> LongList:
    """Those in use, the newest first, then what was retired last."""
    merchant, now = make_merchant(), timezone.now()
    actor = owner_of(merchant).pk
    codes = [make_channel(merchant=merchant, name=f"{row}", kind="board", actor_id=actor, now=now) for row in ROWS]
    for number in (4, 1):
        switch_channel(channel=codes[number], in_use=False, actor_id=actor, now=now + (5 - number) * DAY)
    return in_shop(merchant, "channels/?", [f"/{codes[number].code}/" for number in (3, 2, 0, 1, 4)])


def pickup_points() -> LongList:
    """Those in use by name, then the others."""
    merchant = make_merchant()
    points = {name: make_point(merchant, name) for name in "cabed"}
    PickupPoint.objects.filter(name__in="be").update(is_active=False)
    return in_shop(merchant, "points/?", [f"/{points[name].code}/" for name in "acdbe"])


def coupons_of_a_shop() -> LongList:
    merchant = make_merchant()
    templates = [make_template(merchant) for _row in ROWS]
    return in_shop(merchant, "coupons/?", [f"/{template.code}/" for template in reversed(templates)])


LISTS = (
    reviews_of_a_product,
    questions_about_a_product,
    questions_to_a_shop,
    pickups_of_a_leader,
    pickups_at_points_one_leads,
    usable_coupons,
    used_coupons,
    expired_coupons,
    coupon_centre,
    exports_of_an_operator,
    orders_whose_money_is_held,
    customers,
    customers_by_what_they_spent,
    stock,
    channel_codes,
    pickup_points,
    coupons_of_a_shop,
)
