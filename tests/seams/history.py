"""What happened in a town before anybody heard of it: an event of each kind that somebody handles, not yet delivered.

Nearly all of it happens as it does in life, through the services. The rest is said outright.
"""

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone

from accounts.models import Merchant, User
from accounts.services.merchants import reject
from campaigns.services.leaving import withdraw
from campaigns.services.opening import open_campaign
from campaigns.services.reminding import remind
from campaigns.services.reviewing import approve as approve_campaign
from campaigns.services.reviewing import send_back, submit
from campaigns.services.settling import settle
from catalog.services import stock
from common.events import publish
from community.events import BenefitFlagged, TierAtRisk, TierChanged
from community.services.checking_in import check_in
from community.services.questions import answer_question
from community.services.reviews import answer_review
from community.services.sharing import invited, link_of
from community.states import Shared
from marketing.services.channels import arrived, credit_channel, make_channel
from orders.events import PlacingFlagged
from orders.models import Order
from orders.services.after_sales import refund_lines
from orders.services.completing import complete_due
from orders.services.ending import expire
from payments.gateways.base import GatewayRefund
from payments.models import Refund
from payments.purses import Owner
from payments.services.payouts.deciding import approve
from payments.services.payouts.deciding import reject as reject_withdrawal
from payments.services.payouts.paying import mark_failed, mark_paid
from payments.services.returning import confirm_refund
from payments.services.sending import send_due
from payments.states import RefundStatus
from tests.factories.accounts import make_merchant, make_operator, make_user, owner_of
from tests.factories.campaigns import fill, join_and_pay, join_as, make_draft, make_open, make_point
from tests.factories.catalog import make_sku
from tests.factories.community import make_community, make_member
from tests.factories.marketing import make_referral, make_template, make_welcome
from tests.factories.members import make_standing
from tests.factories.payouts import make_payee, make_withdrawal
from tests.factories.reviews import make_question, make_received, make_review, product_of

DAY = dt.timedelta(days=1)
HOUR = dt.timedelta(hours=1)


@dataclass(frozen=True)
class Town:
    """A shop, its owner, and Alice, who buys there."""

    merchant: Merchant
    owner: User
    alice: User
    now: dt.datetime


def make_history(now: dt.datetime) -> None:
    """All of it; when this returns nothing has been delivered."""
    merchant = make_merchant(now=now - 9 * DAY)
    town = Town(merchant, owner_of(merchant), make_user(name="Alice", now=now - 9 * DAY), now)
    _programmes(town, since=now - 9 * DAY)
    reject(merchant=make_merchant("杨梅山庄", approved=False), actor_id=make_operator().pk, note="执照不清", now=now)
    _bought(town)
    _ways_campaigns_end(town)
    _goods_and_places(town)
    _members(town)
    _money_out(town)
    _suspected(town)


def _programmes(town: Town, *, since: dt.datetime) -> None:
    """Alice came by a neighbour's link, and there is something in it for both, and for whoever registers."""
    coupon = make_template(now=since, per_person=9)
    make_welcome(now=since, ends_at=since + HOUR)
    make_referral(now=since, inviter_coupon=coupon, invitee_coupon=coupon)
    make_referral(now=since, trigger="first_order_completed", inviter_cash_fen=500)
    link = link_of(user=make_user(name="Ina", now=since), kind=Shared.HOME, code="", now=since)
    invited(invitee=town.alice, link=link, now=since)


def _bought(town: Town) -> None:
    """Alice's apples arrive, are reviewed and completed; then something of them goes back, and something cannot."""
    now = town.now
    first, second = make_received(town.alice, town.alice, merchant=town.merchant, now=now)
    review = make_review(first, now=now)
    answer_review(merchant=town.merchant, code=review.code, text="谢谢", actor_id=town.owner.pk, now=now)
    question = make_question(product_of(first), now=now)
    answer_question(merchant=town.merchant, code=question.code, text="周二", actor_id=town.owner.pk, now=now)
    complete_due(now=now + HOUR)
    for order in (first, second):
        _give_back(town, order)
    send_due(now=now)
    stuck = Refund.objects.order_by("-pk")[0]
    Refund.objects.filter(pk=stuck.pk).update(status=RefundStatus.SENT, done_at=None, sent_at=now)
    confirm_refund(refund_id=stuck.pk, fact=GatewayRefund(RefundStatus.ABNORMAL, reason="账户已注销"), now=now)


def _give_back(town: Town, order: Order) -> None:
    order.refresh_from_db()
    line = order.lines.get()
    refund_lines(
        merchant=town.merchant,
        number=order.number,
        by_line={line.pk: 100},
        reason="有一个坏了",
        actor_id=town.owner.pk,
        now=town.now,
    )


def _ways_campaigns_end(town: Town) -> None:
    """Full, extended, missed, sent back; one buyer leaves, one does not pay in time."""
    now, then = town.now, town.now - 2 * DAY
    awaited = make_draft(town.merchant, now=now, opens_at=now + HOUR, closes_at=now + DAY, title="将开的团")
    submit(campaign=awaited, actor_id=town.owner.pk, now=now)
    send_back(campaign=awaited, actor_id=make_operator().pk, note="标题写清楚", now=now)
    _opened(town)
    full = make_open(town.merchant, now=now, thresholds=(1, 2, 3), minimum=1, basis="participants", max_participants=2)
    fill(full, 2, now=now)
    for how in ({"when_missed": "extend", "extend_hours": 24}, {"when_missed": "refund"}):
        missed = make_open(town.merchant, now=then, **how)
        join_and_pay(town.alice, missed, now=then)
        settle(campaign_id=missed.pk, now=now)
    running = make_open(town.merchant, now=now)
    withdraw(buyer=town.alice, order=join_and_pay(town.alice, running, now=now), now=now)
    unpaid = join_as(town.alice, running, now=now)
    expire(order=unpaid, now=now + HOUR)


def _opened(town: Town) -> None:
    """Alice waits for a campaign, and it opens."""
    now = town.now
    awaited = make_draft(town.merchant, now=now, opens_at=now + HOUR, closes_at=now + DAY)
    awaited = submit(campaign=awaited, actor_id=town.owner.pk, now=now)
    approve_campaign(campaign=awaited, actor_id=make_operator().pk, now=now)
    remind(user=town.alice, code=awaited.code, now=now)
    open_campaign(campaign_id=awaited.pk, now=now + HOUR)


def _goods_and_places(town: Town) -> None:
    """A SKU runs low, and a point moves."""
    sku = make_sku(town.merchant, stock=10)
    stock.set_alert_threshold(sku_id=sku.pk, threshold=5, actor_id=None, now=town.now)
    stock.adjust(sku_id=sku.pk, quantity=-8, reason="磕碰", actor_id=town.owner.pk, now=town.now)
    make_point(town.merchant, "西门")


def _members(town: Town) -> None:
    """Alice moves in, checks in and came by a channel code; Bob's tier rose, and he may lose it."""
    make_member(town.alice, make_community(), now=town.now)
    check_in(user=town.alice, now=town.now)
    channel = make_channel(merchant=town.merchant, name="电梯海报", kind="board", actor_id=None, now=town.now)
    arrived(newcomer=town.alice, channel=channel, now=town.now)
    credit_channel(order=town.alice.orders.order_by("pk")[0], channel=channel)
    standing = make_standing(make_user(name="Bob"), "silver", now=town.now)
    publish(
        TierChanged(user_id=standing.pk, tier_id=standing.tier_id, up=True),
        TierAtRisk(user_id=standing.pk, review_on=timezone.localdate(town.now + 7 * DAY).isoformat()),
    )


def _money_out(town: Town) -> None:
    """Three withdrawals: one paid, one that the bank did not take, one refused."""
    paid, failed, refused = (make_withdrawal(Owner(merchant=town.merchant), now=town.now) for _each in range(3))
    chief = make_operator("finance")
    for withdrawal in (paid, failed):
        approve(withdrawal=withdrawal, actor_id=chief.pk, now=town.now)
    mark_paid(withdrawal=paid, actor_id=chief.pk, reference="PAB-1", now=town.now)
    mark_failed(withdrawal=failed, actor_id=chief.pk, note="户名不符", now=town.now)
    reject_withdrawal(withdrawal=refused, actor_id=chief.pk, note="先核对", now=town.now)


def _suspected(town: Town) -> None:
    """Alice buys much at once, gets a coupon too many, and wants money on an account she has just added."""
    order = town.alice.orders.order_by("pk")[0]
    figures = {"orders": 9}
    publish(
        PlacingFlagged(order_id=order.pk, check="velocity", reason="下单太快", evidence=figures),
        BenefitFlagged(
            user_id=town.alice.pk,
            kind="coupon_claim",
            source="seams",
            check="coupon_farming",
            reason="领得太多",
            evidence=figures,
        ),
    )
    make_payee(Owner(user=town.alice), now=town.now)
    assert make_withdrawal(Owner(user=town.alice), now=town.now).status == "held"
