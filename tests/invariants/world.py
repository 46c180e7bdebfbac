"""A small sound world that touches every table an invariant reads, so that there is something to break."""

import datetime as dt

from django.utils import timezone

from accounts.models import Merchant, SmsCode, User
from accounts.services.addresses import add_address
from accounts.services.codes import send_code
from analytics.services.folding import close_days
from analytics.services.marking import mark
from campaigns.services.cancelling import cancel
from campaigns.services.leaving import withdraw
from campaigns.services.settling import settle
from common import events
from common.alerts import raise_alert
from common.archiving import all_archives
from common.clock import day_of
from common.idempotency import Answer, once
from community.models import Community
from community.services.points import award
from community.services.segmenting.recomputing import recompute_segments
from community.services.sharing import credit, invited, link_of
from community.services.tagging import tag_customer
from community.states import PointsKind, Shared
from marketing.promotion_plans import StepPlan
from marketing.services.channels import credit_channel, make_channel
from marketing.services.claiming import redeem
from marketing.services.codes import order_batch
from marketing.services.promotions.ending import end
from marketing.services.rewards.thanking import thank_for
from marketing.states import ChannelKind
from notifications.services.preferences import choose
from notifications.services.sending import send_due as send_messages
from orders.events import PlacingFlagged
from orders.services.completing import complete_due
from orders.services.ending import cancel_unpaid
from orders.services.paying import start_payment
from payments.purses import Owner
from payments.services.payouts import approve, cancel_withdrawal, mark_paid
from payments.services.reconciling.reading import reconcile
from payments.services.sending import send_due
from risk.models import RiskCase
from risk.services.deciding import hold_orders
from tests.factories.accounts import make_merchant, make_operator, make_phone, make_user, owner_of
from tests.factories.campaigns import fill, join_and_pay, join_as, make_open, pay
from tests.factories.catalog import make_sku
from tests.factories.community import make_community, make_member
from tests.factories.marketing import (
    give_coupon,
    make_gift_promotion,
    make_promotion,
    make_referral,
    make_template,
)
from tests.factories.members import give_points, join_with_points, make_standing
from tests.factories.notifications import give_email, make_robot, tell_payee
from tests.factories.orders import make_prepared, make_received
from tests.factories.payouts import actor_of, give_balance, make_withdrawal
from tests.factories.reviews import hand_over, make_review
from tests.factories.risk import delivered, seen
from tests.fixtures.gateways import NAME, ScriptedGateway

DAY = dt.timedelta(days=1)


def make_world(now: dt.datetime) -> None:
    """Campaigns with every outcome, orders in every state, money on every way, and neighbours."""
    merchant = make_merchant(now=now)
    _campaigns_that_ended(merchant, now)
    _a_campaign_that_runs(merchant, now)
    _balances(merchant, now)
    _withdrawals(now)
    _earnings(now)
    _neighbours(merchant, now)
    _members(merchant, now)
    _promotions(merchant, now)
    _rewards(merchant, now)
    _coupons(merchant, now)
    _suspicions(now)
    send_due(now=now + DAY, limit=3)
    events.drain(now=now + DAY)
    _told(merchant, now)
    _a_bill_that_does_not_fit(now)
    _numbers(merchant)
    _what_is_long_over(now)
    raise_alert(kind="invariant", subject="invariant:one", sentence="一", now=now)


def _campaigns_that_ended(merchant: Merchant, now: dt.datetime) -> None:
    """One succeeded, with goods handed over; one was missed, one subsidised, one given up."""
    settled = make_open(merchant, now=now, title="成了")
    orders = fill(settled, 5, now=now)
    settle(campaign_id=settled.pk, now=now + DAY)
    hand_over(orders[:1], now=now + DAY)
    make_review(orders[0], now=now + DAY)
    missed = make_open(merchant, now=now, title="没成")
    fill(missed, 1, now=now)
    join_as(make_user(name="Carol"), missed, now=now)
    settle(campaign_id=missed.pk, now=now + DAY)
    subsidised = make_open(merchant, now=now, title="补贴", when_missed="subsidy")
    fill(subsidised, 1, now=now)
    settle(campaign_id=subsidised.pk, now=now + DAY)
    given_up = make_open(merchant, now=now, title="不做了")
    fill(given_up, 1, now=now)
    cancel(campaign=given_up, actor_id=owner_of(merchant).pk, reason="霜冻", now=now)
    settle(campaign_id=given_up.pk, now=now)


def _a_campaign_that_runs(merchant: Merchant, now: dt.datetime) -> None:
    """Early birds, one who left, one who has not paid, and one who is paying."""
    running = make_open(
        merchant, now=now, title="开着", max_participants=9, early_bird_orders=1, early_bird_price_fen=1990
    )
    join_and_pay(make_user(name="Alice"), running, 2, now=now)
    fill(running, 1, now=now)
    leaver = join_and_pay(make_user(name="Lea"), running, now=now)
    withdraw(buyer=leaver.buyer, order=leaver, now=now)
    join_as(make_user(name="Bob"), running, now=now)
    start_payment(order=join_as(make_user(name="Dan"), running, now=now), gateway=NAME, now=now)


def _balances(merchant: Merchant, now: dt.datetime) -> None:
    """Eve pays from her balance, and Fay, who set out to, thinks better of it."""
    campaign = make_open(merchant, now=now, title="用余额")
    eve, fay = make_user(name="Eve"), make_user(name="Fay")
    for person in (eve, fay):
        give_balance(person, 9000)
    start_payment(order=join_as(eve, campaign, now=now), balance_fen=2990, now=now)
    unpaid = join_as(fay, campaign, now=now)
    start_payment(order=unpaid, gateway=NAME, balance_fen=1200, now=now)
    cancel_unpaid(order=unpaid, actor_id=fay.pk, now=now)


def _withdrawals(now: dt.datetime) -> None:
    """One of a shop that was paid, one of Alice's that waits, one of Bob's that he took back."""
    anna = make_operator("finance").pk
    paid = approve(withdrawal=make_withdrawal(Owner(merchant=make_merchant("鱼铺"))), actor_id=anna, now=now)
    mark_paid(withdrawal=paid, actor_id=anna, reference="HB7", now=now)
    make_withdrawal(Owner(user=make_user(name="Alice")), now=now)
    bob = Owner(user=make_user(name="Bob"))
    cancel_withdrawal(withdrawal=make_withdrawal(bob, now=now), actor_id=actor_of(bob), now=now)


def _earnings(now: dt.datetime) -> None:
    """Two orders with a leader were fetched; the window of one is over."""
    make_received(now=now)
    make_received(now=now - 2 * DAY)
    complete_due(now=now)


def _what_is_long_over(now: dt.datetime) -> None:
    """The pieces of the campaign that was given up went back to the shelf a day before those of the others."""
    assert [
        sum(archive.move(before=now + DAY / 2)) for archive in all_archives() if archive.name == "catalog.stockmovement"
    ]


def _numbers(merchant: Merchant) -> None:
    """Yesterday is counted, one of its orders came by a channel code; of today something has changed since."""
    now = timezone.now()
    campaign = make_open(merchant, now=now - DAY, closes_at=now + DAY, title="昨天的")
    left, kept = (join_and_pay(make_user(name="Ina"), campaign, now=now - DAY) for _time in range(2))
    channel = make_channel(merchant=merchant, name="门口", kind=ChannelKind.STORE, actor_id=None, now=now - DAY)
    credit_channel(order=kept, channel=channel)
    withdraw(buyer=left.buyer, order=left, now=now)
    events.drain(now=now + DAY)
    close_days(now=now)
    mark([(day_of(now), merchant.pk)])


def _told(merchant: Merchant, now: dt.datetime) -> None:
    """Ida and the shop's group were told something; Jim has switched off texts about it, and is told by mail."""
    ida, jim = make_user(name="Ida"), make_user(name="Jim")
    make_robot(f"merchant:{merchant.code}", actor_id=owner_of(merchant).pk)
    give_email(jim)
    choose(user_id=jim.pk, wanted={("money", "sms"): False}, now=now)
    tell_payee(ida, jim, now=now)
    send_messages(now=now)
    tell_payee(ida, now=now, about="merchant:B")


def _a_bill_that_does_not_fit(now: dt.datetime) -> None:
    """The gateway's bill of that day knows nothing of what it told us."""
    day = timezone.localdate(now)
    ScriptedGateway.bills[day] = []
    reconcile(gateway=NAME, day=day, now=now + 2 * DAY)


def _coupons(merchant: Merchant, now: dt.datetime) -> None:
    """Ida used one of the shop's after it had come back to her; Jan's is held; Kim redeemed a code of a batch."""
    campaign = make_open(merchant, now=now, title="用券的")
    ida, jan, kim = make_user(name="Ida"), make_user(name="Jan"), make_user(name="Kim")
    template = make_template(merchant, now=now, total=9, per_person=2)
    for person in (ida, jan):
        give_coupon(person, template, now=now)
    left = join_and_pay(ida, campaign, now=now)
    withdraw(buyer=ida, order=left, now=now)
    join_and_pay(ida, campaign, now=now)
    join_as(jan, campaign, now=now)
    batch = order_batch(template=template, quantity=2, actor_id=owner_of(merchant).pk, now=now)
    redeem(user=kim, text=batch.codes.order_by("pk")[0].text, now=now)


def _neighbours(merchant: Merchant, now: dt.datetime) -> None:
    """Gil moved house, has an address, sent a link, and Hal came and ordered by it."""
    gil, hal = make_user(name="Gil"), make_user(name="Hal")
    _moves(gil, make_community("锦绣花园"), make_community("文三路"), now)
    campaign = make_open(merchant, now=now, title="分享的")
    link = link_of(user=gil, kind=Shared.CAMPAIGN, code=campaign.code, now=now)
    invited(invitee=hal, link=link, now=now)
    credit(order=join_and_pay(hal, campaign, now=now), link=link)
    recompute_segments(now=now)
    tag_customer(merchant=merchant, code=hal.code, name="爱吃辣", actor_id=owner_of(merchant).pk, now=now)


def _moves(person: User, was: Community, now_lives: Community, now: dt.datetime) -> None:
    make_member(person, was, now=now)
    make_member(person, now_lives, now=now + DAY)
    add_address(user=person, name="吉儿", phone=make_phone(), region_code="330106", detail="文三路 1 号 2 幢 301 室")
    send_code(phone=make_phone(), purpose=SmsCode.Purpose.SIGN_IN, ip="192.0.2.1", now=now)
    once(
        actor_id=person.pk,
        endpoint="move",
        key="k1",
        body={},
        work=lambda: Answer(201, {}),
        refuse=lambda refusal: Answer(refusal.status, None),
    )


def _members(merchant: Merchant, now: dt.datetime) -> None:
    """Ida has a tier, points that are promised, and points that she spends on one order and gets back of another."""
    ida = make_user(name="Ida")
    give_points(ida, 5000, now=now)
    award(user_id=ida.pk, kind=PointsKind.INVITE, amount=100, source="ida", now=now, pending=True)
    make_standing(ida, "gold", now=now)
    campaign = make_open(merchant, now=now, title="用积分")
    spend, forget = (join_with_points(ida, campaign, now=now) for _order in range(2))
    pay(spend, at=now)
    cancel_unpaid(order=forget, actor_id=ida.pk, now=now)


def _promotions(merchant: Merchant, now: dt.datetime) -> None:
    """¥10 off and a jar for Ida's three boxes; a promotion that is over, one for a product and one for a campaign."""
    jam = make_sku(merchant, name="草莓酱")
    campaign = make_open(merchant, now=now, title="促销")
    make_promotion(merchant, now=now)
    make_gift_promotion(merchant, jam, now=now)
    join_and_pay(make_user(name="Ida"), campaign, 3, now=now)
    over = make_promotion(merchant, now=now, scope="products", products=(jam.product.code,), title="结束了")
    end(promotion=over, actor_id=owner_of(merchant).pk, now=now)
    make_promotion(
        merchant, now=now, scope="campaigns", campaigns=(campaign.code,), steps=(StepPlan(99900, off_fen=1),)
    )


def _rewards(merchant: Merchant, now: dt.datetime) -> None:
    """Jon brought Kit, who joined a community: both got something. Kit completed an order that earned points."""
    make_referral(now=now, inviter_cash_fen=500, invitee_points=50, invitee_coupon=make_template(now=now))
    step = StepPlan(5000, points=30, coupon=make_template(merchant, now=now).code)
    make_promotion(merchant, "reward", now=now - 2 * DAY, steps=(step,))
    jon, kit = make_user(name="Jon", now=now), make_user(name="Kit", now=now)
    invited(invitee=kit, link=link_of(user=jon, kind=Shared.HOME, code="", now=now), now=now)
    make_member(kit, make_community("竹苑"), now=now)
    campaign = make_open(merchant, now=now - 2 * DAY, title="满送")
    order = join_and_pay(kit, campaign, 3, now=now - 2 * DAY)
    settle(campaign_id=campaign.pk, now=now - DAY)
    thank_for(order=order, now=now)


def _suspicions(now: dt.datetime) -> None:
    """An order of Joe's was flagged, and is held from its case; where he was seen is known."""
    joe = delivered(seen(make_user(name="Joe"), "j" * 32, now=now), now=now)
    order = make_prepared(joe, now=now)
    events.publish(PlacingFlagged(order_id=order.pk, check="velocity", reason="下单过快", evidence={"orders": 11}))
    events.drain(now=now)
    hold_orders(case=RiskCase.objects.get(person=joe), actor_id=make_operator("risk").pk, note="先留着", now=now)
