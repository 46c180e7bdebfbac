"""A database with something in it: a hot campaign, a hall of forty, and one of 10,000 paid orders about to settle.

The first order of the big campaign goes through the services; the others are clones of it with ids of their own, and
`check_invariants` says that they are as good. Joining meets what it would in earnest: a limit for each person and a
promotion of the whole shop.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import ApiToken, Merchant, User
from accounts.selectors.tokens import PREFIX, hash_token
from accounts.services.merchants import approve
from bench.cloning import clone_orders
from bench.vacuuming import vacuum
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
from marketing.promotion_plans import PromotionPlan, StepPlan
from marketing.services.promotions.drafting import save_promotion
from marketing.services.promotions.launching import launch
from marketing.states import PromotionKind, PromotionScope
from orders.models import Order, PickupPoint
from orders.quotes import FulfilmentChoice, LineRequest
from orders.services.paying import start_payment
from orders.services.pickup_points import PointDetails, save_point
from payments.gateways.base import GatewayPayment
from payments.services.capturing import confirm
from payments.states import PaymentStatus

ORDERS = 10_000
HALL = 40
BUYERS = 8_000
HOT, BIG = "H0TH0TH0T0", "B1GB1GB1G0"
PIECES = 150_000
LIMIT = 5
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
    open_for_joining(shop, code=HOT, now=now, limit=LIMIT)
    open_for_joining(shop, code=BIG, now=now)
    for number in range(HALL):
        open_for_joining(shop, code=f"HA11{number:06d}", now=now, pieces=100)
    issue_tokens(make_buyers(BUYERS), now=now)
    clone_orders(first_order(make_buyers(1, first=BUYERS)[0], code=BIG, now=now), ORDERS - 1, first_id=CLONES_FROM)
    promote(shop, now=now)
    events.drain(now=now)
    vacuum()
    if violations := check_all():
        raise AssertionError(f"the seeded database is not sound: {violations}")


def found_shop(*, now: dt.datetime, name: str = "老周果园", phone: str = "13900000000") -> Shop:
    """A merchant that needs no review, and where its goods are handed over."""
    owner = User.objects.create_user(phone, name="店主")
    merchant = Merchant.objects.create(
        name=name,
        trusted=True,
        contact_name="周",
        contact_phone=phone,
        applied_at=now,
    )
    statemachine.begin(merchant, now=now)
    merchant.staff.create(user=owner, role="owner")
    approve(merchant=merchant, actor_id=owner.pk, now=now)
    point = save_point(merchant=merchant, actor_id=owner.pk, details=PointDetails(name="东门", address="文三路 1 号"))
    return Shop(merchant, owner, point)


def make_buyers(count: int, *, first: int = 0, called: str = "buyer") -> list[User]:
    """So many people, in one statement; only those who are called buyers go on to buy in a row."""
    numbers = range(first, first + count)
    people = [User(phone=f"137{n:08d}", phone_hash=f"{called}-{n}", phone_tail=f"{n % 10_000:04d}") for n in numbers]
    return User.objects.bulk_create(people)


def issue_tokens(people: Sequence[User], *, now: dt.datetime) -> None:
    """For each of them the key to the API that `token_of` names."""
    tokens = ((person, hash_token(token_of(person))) for person in people)
    ApiToken.objects.bulk_create(ApiToken(user=person, token_hash=kept, created_at=now) for person, kept in tokens)


def token_of(person: User) -> str:
    """A person's key to the API."""
    return f"{PREFIX}{person.phone_hash}"


def the_shop() -> Shop:
    """The one that was founded before all others."""
    merchant = Merchant.objects.earliest("pk")
    return Shop(merchant, merchant.staff.get().user, PickupPoint.objects.get(merchant=merchant))


def promote(shop: Shop, *, now: dt.datetime) -> None:
    """One yuan off from twenty on, for a month, in the whole shop."""
    plan = PromotionPlan(
        title="邻里满减",
        kind=PromotionKind.OFF,
        scope=PromotionScope.SHOP,
        starts_at=now,
        ends_at=now + dt.timedelta(days=30),
        steps=(StepPlan(threshold_fen=2_000, off_fen=100),),
    )
    promotion = save_promotion(merchant=shop.merchant, actor_id=shop.owner.pk, plan=plan, now=now)
    launch(promotion=promotion, actor_id=shop.owner.pk, now=now)


def open_for_joining(
    shop: Shop,
    *,
    code: str,
    now: dt.datetime,
    pieces: int = PIECES,
    thresholds: Sequence[int] = (10, 100, 1000),
    limit: int | None = None,
) -> Campaign:
    """An open campaign over one SKU, for a day, that succeeds from its first threshold on."""
    campaign = schedule(shop, code=code, now=now, pieces=pieces, thresholds=thresholds, limit=limit)
    open_campaign(campaign_id=campaign.pk, now=now)
    return Campaign.objects.get(pk=campaign.pk)


def schedule(
    shop: Shop,
    *,
    code: str,
    now: dt.datetime,
    pieces: int,
    thresholds: Sequence[int],
    limit: int | None = None,
) -> Campaign:
    """A campaign that waits for its opening, which is now."""
    sku = _sku(shop.merchant, shop.owner, f"阿克苏苹果 {code}", pieces, now=now)
    plan = Plan(
        title=f"阿克苏苹果 5 斤 {code}",
        opens_at=now,
        closes_at=now + dt.timedelta(days=1),
        thresholds=thresholds,
        minimum=thresholds[0],
        limit_per_person=limit,
        skus=[SkuPlan(sku.code, pieces, [2990, 2690, 2390])],
        pickup_points=[shop.point.code],
        payment_minutes=24 * 60,
    )
    campaign = save_draft(merchant=shop.merchant, actor_id=shop.owner.pk, plan=plan, code=code, now=now)
    return submit(campaign=campaign, actor_id=shop.owner.pk, now=now)


def _sku(merchant: Merchant, owner: User, name: str, pieces: int, *, now: dt.datetime) -> Sku:
    category, _is_new = Category.objects.get_or_create(name="水果", parent=None)
    details = ProductDetails(name=name, unit="箱", category_id=category.pk, skus=[SkuDetails("5 斤装", 3990)])
    product = create_product(merchant=merchant, actor_id=owner.pk, details=details, now=now)
    sku = product.skus.get()
    adjust(sku_id=sku.pk, quantity=pieces, reason="入库", actor_id=owner.pk, now=now)
    put_on_shelf(product=product, actor_id=owner.pk, now=now)
    return sku


def choice_of(code: str) -> FulfilmentChoice:
    """The pick-up point of a campaign."""
    return FulfilmentChoice(pickup_point=Campaign.objects.get(code=code).pickup_points.get().code)


def line_of(code: str) -> LineRequest:
    """One piece of a campaign's SKU."""
    return LineRequest(Campaign.objects.get(code=code).skus.get().sku.code, 1)


def buyers(count: int = BUYERS) -> list[User]:
    """So many of those who have not bought anything yet."""
    return list(User.objects.filter(phone_hash__startswith="buyer-").order_by("pk")[:count])


def first_order(buyer: User, *, code: str, now: dt.datetime) -> Order:
    """A paid order of one piece, the way every order goes."""
    order = join(buyer=buyer, code=code, lines=[line_of(code)], fulfilment=choice_of(code), now=now)
    payment = start_payment(order=order, gateway="sandbox", now=now)
    fact = GatewayPayment(PaymentStatus.CAPTURED, payment.amount_fen, f"T{payment.pk}", now)
    confirm(payment_id=payment.pk, fact=fact, now=now)
    order.refresh_from_db()
    return order
