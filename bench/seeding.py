"""A database with something in it: a hot campaign, a hall of forty, and one of 10,000 paid orders about to settle.

The first order of the big campaign goes through the services; the others are clones of it with ids of their own, and
`check_invariants` says that they are as good.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db import connection
from django.utils import timezone

from accounts.models import Merchant, User
from accounts.services.merchants import approve
from campaigns.models import Campaign
from campaigns.plans import Plan, SkuPlan
from campaigns.services.drafting import save_draft
from campaigns.services.joining import join
from campaigns.services.opening import open_campaign
from campaigns.services.reviewing import submit
from catalog.models import Category, Sku
from catalog.services.details import ProductDetails, SkuDetails
from catalog.services.products import create_product, put_on_shelf
from catalog.services.stock import adjust
from common import events, statemachine
from common.invariants import check_all
from orders.models import Order, PickupPoint
from orders.quotes import FulfilmentChoice, LineRequest
from orders.services.paying import start_payment
from orders.services.pickup_points import PointDetails, save_point
from payments.gateways.base import GatewayPayment
from payments.services.capturing import confirm
from payments.states import PaymentStatus

ORDERS = 10_000
HALL = 40
BUYERS = 500
HOT, BIG = "HOTHOTHOT0", "BIGBIGBIG0"
PIECES = 50_000
CLONES_FROM = 1_000_000


@dataclass(frozen=True)
class Shop:
    """A merchant with its owner and its one pick-up point."""

    merchant: Merchant
    owner: User
    point: PickupPoint


def seed() -> None:
    """Fill an empty database."""
    now = timezone.now()
    shop = found_shop(now=now)
    open_for_joining(shop, code=HOT, now=now)
    open_for_joining(shop, code=BIG, now=now)
    for number in range(HALL):
        open_for_joining(shop, code=f"HALL{number:06d}", now=now, pieces=100)
    make_buyers(BUYERS)
    clone_orders(first_order(buyers()[0], code=BIG, now=now), ORDERS - 1, first_id=CLONES_FROM)
    events.drain(now=now)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
    if violations := check_all():
        raise AssertionError(f"the seeded database is not sound: {violations}")


def found_shop(*, now: dt.datetime) -> Shop:
    """A merchant that needs no review, and where its goods are handed over."""
    owner = User.objects.create_user("13900000000", name="店主")
    merchant = Merchant.objects.create(
        name="老周果园",
        trusted=True,
        contact_name="周",
        contact_phone="13900000000",
        applied_at=now,
    )
    statemachine.begin(merchant, now=now)
    merchant.staff.create(user=owner, role="owner")
    approve(merchant=merchant, actor_id=owner.pk, now=now)
    point = save_point(merchant=merchant, actor_id=owner.pk, details=PointDetails(name="东门", address="文三路 1 号"))
    return Shop(merchant, owner, point)


def make_buyers(count: int, *, first: int = 0) -> list[User]:
    """So many people, in one statement."""
    numbers = range(first, first + count)
    people = [User(phone=f"137{n:08d}", phone_hash=f"buyer-{n}", phone_tail=f"{n % 10_000:04d}") for n in numbers]
    return User.objects.bulk_create(people)


def open_for_joining(
    shop: Shop,
    *,
    code: str,
    now: dt.datetime,
    pieces: int = PIECES,
    thresholds: Sequence[int] = (10, 100, 1000),
) -> Campaign:
    """An open campaign over one SKU, for a day, that succeeds from its first threshold on."""
    campaign = schedule(shop, code=code, now=now, pieces=pieces, thresholds=thresholds)
    open_campaign(campaign_id=campaign.pk, now=now)
    return Campaign.objects.get(pk=campaign.pk)


def schedule(shop: Shop, *, code: str, now: dt.datetime, pieces: int, thresholds: Sequence[int]) -> Campaign:
    """A campaign that waits for its opening, which is now."""
    sku = _sku(shop.merchant, shop.owner, f"阿克苏苹果 {code}", pieces, now=now)
    plan = Plan(
        title=f"阿克苏苹果 5 斤 {code}",
        opens_at=now,
        closes_at=now + dt.timedelta(days=1),
        thresholds=thresholds,
        minimum=thresholds[0],
        skus=[SkuPlan(sku.code, pieces, [2990, 2690, 2390])],
        pickup_points=[shop.point.code],
        payment_minutes=24 * 60,
    )
    campaign = save_draft(merchant=shop.merchant, actor_id=shop.owner.pk, plan=plan, now=now)
    Campaign.objects.filter(pk=campaign.pk).update(code=code)
    return submit(campaign=Campaign.objects.get(pk=campaign.pk), actor_id=shop.owner.pk, now=now)


def _sku(merchant: Merchant, owner: User, name: str, pieces: int, *, now: dt.datetime) -> Sku:
    category, _is_new = Category.objects.get_or_create(name="水果", parent=None)
    details = ProductDetails(name=name, unit="箱", category_id=category.pk, skus=[SkuDetails("5 斤装", 3990)])
    product = create_product(merchant=merchant, actor_id=owner.pk, details=details, now=now)
    sku = product.skus.get()
    adjust(sku_id=sku.pk, quantity=pieces, reason="入库", actor_id=owner.pk, now=now)
    put_on_shelf(product=product, actor_id=owner.pk, now=now)
    return sku


def choice() -> FulfilmentChoice:
    """The one pick-up point."""
    return FulfilmentChoice(pickup_point=PickupPoint.objects.get().code)


def line_of(code: str) -> LineRequest:
    """One piece of a campaign's SKU."""
    return LineRequest(Campaign.objects.get(code=code).skus.get().sku.code, 1)


def buyers() -> list[User]:
    """Those who have not bought anything yet."""
    return list(User.objects.filter(phone_hash__startswith="buyer-").order_by("pk"))


def first_order(buyer: User, *, code: str, now: dt.datetime) -> Order:
    """A paid order of one piece, the way every order goes."""
    order = join(buyer=buyer, code=code, lines=[line_of(code)], fulfilment=choice(), now=now)
    payment = start_payment(order=order, gateway="sandbox", now=now)
    fact = GatewayPayment(PaymentStatus.CAPTURED, payment.amount_fen, f"T{payment.pk}", now)
    confirm(payment_id=payment.pk, fact=fact, now=now)
    order.refresh_from_db()
    return order


def clone_orders(order: Order, count: int, *, first_id: int) -> None:
    """Rows like those of the first order for so many more buyers, with ids above `first_id`, where there are none.

    `g` counts the buyers, and `nth` the rows that one order has in a table.
    """
    fresh = f"{first_id} + g"
    wide = f"{first_id} + (src.nth - 1) * {count} + g"
    of_order = {"order_id": fresh}
    number = f"'G' || lpad(({fresh})::text, 14, '0')"
    payment = f"(SELECT id FROM payments_payment WHERE subject_number = '{order.number}')"
    bookings = f"(SELECT id FROM payments_ledgertransaction WHERE payment_id = {payment})"
    person = f"src.user_id = {order.buyer_id}"
    campaign = f"src.campaign_id = (SELECT id FROM campaigns_campaign WHERE code = '{order.source_code}')"
    user = {"id": fresh, "code": f"'C' || lpad(({fresh})::text, 9, '0')", "phone_hash": f"'clone-' || {fresh}"}
    _clone("accounts_user", f"src.id = {order.buyer_id}", user, count)
    _clone("orders_order", f"src.id = {order.pk}", {"id": fresh, "number": number, "buyer_id": fresh}, count)
    _clone("orders_orderline", f"src.order_id = {order.pk}", {"id": fresh, **of_order}, count)
    _clone("orders_priceline", f"src.order_id = {order.pk}", {"id": wide, **of_order, "line_id": fresh}, count)
    _clone("orders_hold", f"src.order_id = {order.pk}", {"id": fresh, **of_order}, count)
    _clone("orders_orderclaim", f"src.order_id = {order.pk}", {"id": wide, **of_order}, count)
    _clone("campaigns_campaignorder", f"src.order_id = {order.pk}", of_order, count)
    _clone("campaigns_participant", f"{person} AND {campaign}", {"id": fresh, "user_id": fresh}, count)
    _clone("catalog_stockmovement", f"src.document = '{order.number}'", {"id": wide, "document": number}, count)
    paid = {
        "id": fresh,
        "number": f"'P' || {fresh}",
        "subject_number": number,
        "gateway_number": f"'T' || {fresh}",
        "payer_id": fresh,
    }
    _clone("payments_payment", f"src.id = {payment}", paid, count)
    proof = {"id": fresh, "event_id": f"'clone:' || {fresh}", "payment_id": fresh}
    _clone("payments_callback", f"src.payment_id = {payment}", proof, count)
    booked = {"id": fresh, "key": f"'capture:P' || {fresh}", "payment_id": fresh, "subject_number": number}
    _clone("payments_ledgertransaction", f"src.id = {bookings}", booked, count)
    _clone("payments_ledgerentry", f"src.transaction_id = {bookings}", {"id": wide, "transaction_id": fresh}, count)
    timeline = (
        f"(src.entity = 'orders.order' AND src.object_id = {order.pk})"
        f" OR (src.entity = 'payments.payment' AND src.object_id = {payment})"
    )
    _clone("common_transition", timeline, {"id": wide, "object_id": fresh, "actor_id": fresh}, count)
    _count(order, count)


def _clone(table: str, where: str, changed: Mapping[str, str], count: int) -> None:
    with connection.cursor() as cursor:
        columns = [column.name for column in connection.introspection.get_table_description(cursor, table)]
        values = [changed.get(column, f'src."{column}"') for column in columns]
        names = ", ".join(f'"{column}"' for column in columns)
        cursor.execute(
            f"INSERT INTO {table} ({names}) SELECT {', '.join(values)} FROM "
            f"(SELECT src.*, row_number() OVER (ORDER BY src) AS nth FROM {table} src WHERE {where}) src, "
            f"generate_series(1, {count}) g ORDER BY src.nth, g"
        )
        if "id" in columns:
            cursor.execute(f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), (SELECT max(id) FROM {table}))")


def _count(order: Order, count: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE campaigns_campaignprogress SET paid_participants = paid_participants + %s, "
            "paid_pieces = paid_pieces + %s WHERE campaign_id = (SELECT id FROM campaigns_campaign WHERE code = %s)",
            [count, count, order.source_code],
        )
        cursor.execute(
            "UPDATE catalog_allotment SET reserved = reserved + %s WHERE purpose = %s",
            [count, f"campaign:{order.source_code}"],
        )
