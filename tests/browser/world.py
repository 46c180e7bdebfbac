"""A small world with one of everything, for tests that look at every page of it."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.test import Client
from django.utils import timezone
from playwright.sync_api import BrowserContext

from accounts.models import Merchant, User
from accounts.services.addresses import add_address
from analytics.services.folding import rebuild
from analytics.services.visiting import record_visit
from campaigns.models import Campaign
from campaigns.services.reviewing import submit
from campaigns.services.settling import settle
from catalog.services.images import add_image
from common import events
from common.clock import day_of
from community.services.checking_in import check_in
from community.services.member_prices import set_member_prices
from community.services.segmenting.recomputing import recompute_segments
from community.services.sharing import invited, link_of
from community.services.tagging import tag_customer
from community.states import Shared
from marketing.services.channels import credit_channel, make_channel
from marketing.services.codes import add_word, order_batch
from marketing.services.promotions.drafting import save_promotion
from marketing.services.promotions.ending import end as end_promotion
from marketing.services.rewards.referring import joined_community
from orders.models import Order
from orders.services.completing import complete_due
from orders.services.fulfilment import mark_ready, verify_pickup
from orders.services.paying import start_payment
from payments.purses import Owner
from payments.services.sending import send_due
from tests.factories.accounts import make_merchant, make_operator, make_picture, make_staff, make_user, owner_of
from tests.factories.campaigns import fill, join_and_pay, join_as, make_draft, make_open, make_point
from tests.factories.catalog import make_sku
from tests.factories.community import make_community, make_member
from tests.factories.exports import make_export
from tests.factories.marketing import (
    give_coupon,
    make_gift_promotion,
    make_promotion,
    make_promotion_plan,
    make_referral,
    make_template,
    make_welcome,
)
from tests.factories.members import give_points
from tests.factories.orders import fetch, give_back
from tests.factories.payouts import give_balance, make_withdrawal
from tests.fixtures.gateways import NAME, capture

DAY = dt.timedelta(days=1)
SIX: dict[str, Any] = {"thresholds": (1, 5, 10, 20, 30, 40), "prices_fen": (3290, 3190, 3090, 2990, 2890, 2790)}


@dataclass(frozen=True)
class World:
    """A shop with a leader at its point, and Alice, whose orders stand at every state."""

    merchant: Merchant
    owner: User
    leader: User
    alice: User
    operator: User

    def people(self) -> dict[str, User | None]:
        """Who walks through shop and back office."""
        return {"guest": None, "consumer": self.alice, "leader": self.leader, "merchant": self.owner}


def make_world() -> World:
    """Two campaigns settled, one open, one draft, one in review; orders unpaid, paid, ready, received, refunded;
    a withdrawal of Alice's and one of the shop's; a balance of hers, which has paid a part."""
    leader, alice = make_user(name="陈桂芳"), make_user(name="王晓雨")
    merchant = make_merchant("果园直发")
    owner = owner_of(merchant)
    make_staff(merchant)
    point = make_point(merchant, leader=leader)
    _settled(merchant, alice, owner, leader, point=point)
    gates = [point, make_point(merchant, "锦绣花园西门")]
    running = make_open(merchant, points=gates, minimum=1, limit_per_person=9, delivers=True, **SIX)
    add_image(product=running.skus.get().sku.product, upload=make_picture(), now=timezone.now())
    fill(running, 2)
    _for_members(running, alice)
    give_balance(alice, 3_000)
    pay_partly(join_as(alice, running))
    join_as(alice, running)
    _coupons(merchant, alice)
    _promotions(merchant, alice, running)
    make_draft(merchant, points=[point])
    submit(campaign=make_draft(merchant, points=[point]), actor_id=owner.pk, now=timezone.now())
    make_merchant("杨梅山庄", approved=False)
    for owned in (Owner(user=alice), Owner(merchant=merchant)):
        make_withdrawal(owned, now=timezone.now())
    add_address(user=alice, name="王晓雨", phone="13812345678", region_code="330106", detail="文三路 1 号 2 幢 301 室")
    make_export(merchant)
    events.drain(now=timezone.now())
    _known(merchant, alice)
    _counted(merchant, alice)
    groups = tuple(settings.OPERATOR_GROUPS)
    return World(merchant, owner, leader, alice, make_operator(*groups, name="顾明"))


def _coupons(merchant: Merchant, alice: User) -> None:
    """One of the shop's with codes, which Alice has, one of the platform's, and one that is not good for anything."""
    template = make_template(merchant, ("newcomer", ""), total=9, name="新客满 20 减 5")
    give_coupon(alice, template)
    order_batch(template=template, quantity=2, actor_id=owner_of(merchant).pk, now=timezone.now())
    add_word(template=template, word="NEIGHBOUR", most_uses=None, actor_id=owner_of(merchant).pk)
    make_template(kind="percentage", amount_fen=0, rate_bp=1500, cap_fen=1000, name="平台八五折")
    give_coupon(alice, make_template(merchant, threshold_fen=90_000, name="大单券"))


def _promotions(merchant: Merchant, alice: User, running: Campaign) -> None:
    """¥10 off that Alice has used, a jar that is left, a draft and one that is over; whom she brought, what it earned,
    and a reward that waits; a gift for who comes."""
    actor_id, now = owner_of(merchant).pk, timezone.now()
    jam = make_sku(merchant, name="草莓酱 250 克", price_fen=1_500)
    make_promotion(merchant, title="满减", scope="campaigns", campaigns=(running.code,))
    make_gift_promotion(merchant, jam, title="满赠")
    join_and_pay(alice, running, 3)
    plan = make_promotion_plan(now=now, title="下周满减")
    save_promotion(merchant=merchant, actor_id=actor_id, plan=plan, now=now)
    end_promotion(promotion=make_promotion(merchant, title="上周满减"), actor_id=actor_id, now=now)
    make_referral(inviter_cash_fen=500, invitee_coupon=make_template(name="邀请券"))
    make_welcome(make_template(name="新人券"))
    newcomer = make_user(name="沈立")
    invited(invitee=newcomer, link=link_of(user=alice, kind=Shared.HOME, code="", now=now), now=now)
    joined_community(user_id=newcomer.pk, now=now)


def _settled(merchant: Merchant, alice: User, owner: User, leader: User, *, point: object) -> None:
    """Yesterday's: one that succeeded with a difference to return, and one that nobody joined but Alice."""
    then = timezone.now() - 2 * DAY
    good = make_open(merchant, now=then, points=[point], title="云南蓝莓 125 克", limit_per_person=9)
    orders = [join_and_pay(alice, good, 2, now=then) for _order in range(4)]
    missed = make_open(merchant, now=then, points=[point], title="三亚贵妃芒 5 斤")
    join_and_pay(alice, missed, now=then)
    for campaign in (good, missed):
        settle(campaign_id=campaign.pk, now=timezone.now())
    send_due(now=timezone.now())
    events.drain(now=timezone.now())
    brought = [order.number for order in orders[:2]]
    mark_ready(merchant=merchant, numbers=brought, actor_id=owner.pk, now=timezone.now())
    verify_pickup(actor=leader, code=Order.objects.get(number=brought[0]).pickup_code, now=timezone.now())
    _completed(orders[3])


def _completed(order: Order) -> None:
    """Fetched long ago and settled; then something of it went back after all."""
    order.refresh_from_db()
    fetch(order, now=timezone.now() - 3 * DAY)
    complete_due(now=timezone.now())
    with transaction.atomic():
        give_back(order, 300, now=timezone.now())


def _for_members(campaign: Campaign, alice: User) -> None:
    """Alice has points to spend and has been here today; members pay less for the goods."""
    sku = campaign.skus.get().sku
    actor_id = owner_of(campaign.merchant).pk
    set_member_prices(product=sku.product, prices={(sku.code, "silver"): 2_590}, actor_id=actor_id)
    give_points(alice, 500)
    check_in(user=alice, now=timezone.now())


def _known(merchant: Merchant, alice: User) -> None:
    """Alice lives in a community, and the shop has a word on her."""
    make_member(alice, make_community(), now=timezone.now() - DAY)
    recompute_segments(now=timezone.now())
    tag_customer(
        merchant=merchant, code=alice.code, name="爱吃蓝莓", actor_id=owner_of(merchant).pk, now=timezone.now()
    )


def _counted(merchant: Merchant, alice: User) -> None:
    """Two neighbours looked at a campaign, one of them by a channel code that Alice's last order came by as well."""
    now, campaign = timezone.now(), Campaign.objects.filter(merchant=merchant, status="open").latest("pk")
    channel = make_channel(
        merchant=merchant, name="东门公告栏", kind="board", campaign=campaign, actor_id=owner_of(merchant).pk, now=now
    )
    for person, code in (("1", None), ("2", channel.pk)):
        record_visit(person=person, merchant_id=merchant.pk, campaign_id=campaign.pk, channel_id=code, now=now)
    credit_channel(order=Order.objects.filter(buyer=alice, paid_at__isnull=False).latest("pk"), channel=channel)
    rebuild(since=day_of(now - 4 * DAY), until=day_of(now), now=now)


def session_of(user: User) -> str:
    """The key of a new session, as if this person had signed in."""
    client = Client()
    client.force_login(user)
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def enter(context: BrowserContext, user: User | None, url: str) -> None:
    """Let the browser be this person's."""
    if user is not None:
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session_of(user), "url": url}])


def running_campaign() -> Campaign:
    """The one that is open."""
    return Campaign.objects.get(status="open")


def pay_partly(order: Order) -> None:
    """¥10.00 of it by the balance, the rest at the gateway."""
    now = timezone.now()
    capture(start_payment(order=order, gateway=NAME, balance_fen=1_000, now=now), at=now)
